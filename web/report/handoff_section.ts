// The handoff: what became of buyers, how soon they reached value, their money, and which touchpoints go with a good handoff.

import type { Answer, Answers } from "../answers/answers.ts";
import type { Handoff } from "../answers/handoff.ts";
import { html, figureSpan, type Content } from "../drawing/element.ts";
import { drawTimeToValue, sayBin } from "../drawing/handoff_chart.ts";
import { handoffFigure, makeBinTable, makeHandoffFacts, makeRevenueTable, makeTouchpointTable } from "../drawing/handoff_tables.ts";
import { formatDays } from "../drawing/format.ts";
import type { Reasons } from "../drawing/journey_table.ts";
import type { Lead } from "../drawing/leads.ts";
import { answerSection, redrawnOnResize } from "./period_view.ts";
import { code, missingAnswer, notice, reasonsOf, type Section, type View } from "./section.ts";

const LEADS: Lead[] = [
  { at: "/summary/buyers", kind: "count", word: "buyers" },
  { at: "/summary/reached_value_rate", kind: "share", word: "reached value" },
  { at: "/summary/dropped_baton_rate", kind: "share", word: "dropped the baton" },
  { at: "/summary/median_days_to_value", kind: "days", word: "median time to value" },
];

export function handoffSection(answers: Answers): Section {
  return answerSection("handoff", "The handoff", { whole: answers.handoff, periods: answers.over.handoff, leads: LEADS }, (answer) => view(answer, answers));
}

function view(answer: Answer<Handoff>, answers: Answers): View {
  const command = `peregrine run ${answers.workspace.directory} handoff`;
  const missing = missingAnswer("analysis of the handoff", answer, ["It needs a framework with a buyer and a customer phase. Run ", code(command), "."]);
  if (missing || answer.state !== "answered") return { content: [missing] };
  const handoff = answer.result;
  if (!handoff.buyers) {
    return { content: [notice("Nobody bought for the first time in this range.", "A purchase is an event with the role buy. Check the roles below, then run ", code(command), ".")] };
  }
  const reasons = reasonsOf(answer);
  const chart = html("div", { class: "chart" });
  return {
    content: [
      html("p", { class: "caption" }, `What became of buyers ${windowOf(handoff)} after their first purchase. Shares are of those who have had that time, with 95 % intervals.`),
      makeHandoffFacts(handoff, reasons),
      html("div", { class: "beside" },
        html("div", { class: "chart-frame" }, html("h3", {}, "Time to value"), chart,
          html("details", { class: "table-view" }, html("summary", {}, "Time to value as a table"), makeBinTable(handoff, sayBin))),
        html("div", {}, html("h3", {}, "Money"), makeRevenueTable(handoff, reasons))),
      ...touchpoints(handoff, reasons),
    ],
    draw: () => {
      const draw = (): void => drawTimeToValue(handoff, chart);
      draw();
      redrawnOnResize(chart, draw);
    },
  };
}

const windowOf = ({ within_days }: Handoff): string => (within_days === null ? "soon" : `within ${formatDays(within_days)}`);

function touchpoints(handoff: Handoff, reasons: Reasons): Content[] {
  if (handoff.touchpoints.length === 0) return [];
  const tested = handoffFigure("/tested", handoff.tested, "count", null);
  return [
    html("h3", {}, "Touchpoints before the purchase"),
    html("p", { class: "caption" },
      "Buyers who met a touchpoint beside those who did not, by the share that reached value; the surest differences first. What goes together need not be cause and effect. ",
      tested && "q is corrected for all ", tested && figureSpan(tested), tested && " that were tested; coloured are those up to 0.05."),
    makeTouchpointTable(handoff, reasons),
  ];
}
