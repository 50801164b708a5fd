// The funnel: its chart and, beside it, the table with every figure.

import type { Answer, Answers } from "../answers/answers.ts";
import type { Funnel } from "../answers/funnel.ts";
import { html } from "../drawing/element.ts";
import { drawFunnel, GROUPS_DRAWN } from "../drawing/funnel_chart.ts";
import { makeFunnelTable } from "../drawing/funnel_table.ts";
import type { Lead } from "../drawing/leads.ts";
import { answerSection } from "./period_view.ts";
import { code, missingAnswer, notice, reasonsOf, type Section, type View } from "./section.ts";

const LEADS: Lead[] = [
  { at: "/steps/0/journeys", kind: "count", word: "entered" },
  { at: "/steps/last/journeys", kind: "count", word: "went all the way" },
  { at: "/steps/last/rate", kind: "share", word: "conversion" },
];

export function funnelSection(answers: Answers): Section {
  return answerSection("funnel", "Funnel", { whole: answers.funnel, periods: answers.over.funnel, leads: LEADS }, (answer) => view(answer, answers));
}

function view(answer: Answer<Funnel>, answers: Answers): View {
  const command = `peregrine run ${answers.workspace.directory} funnel --steps "…"`;
  const missing = missingAnswer("funnel", answer, ["Name its steps: ", code(command), ". At least two events, in the order they should happen."]);
  if (missing || answer.state !== "answered") return { content: [missing] };
  const funnel = answer.result;
  const steps = funnel.groups.flatMap((group) => group.steps);
  if (steps.every((step) => !step.journeys)) {
    return { content: [notice(
      steps.length === 0 ? "The funnel has no steps." : `No journey took the first step, ${steps[0]?.name ?? ""}.`,
      "Check the names of the events against the list below, then run ", code(command), ".",
    )] };
  }
  const currency = answers.stages.state === "answered" ? answers.stages.result.currency : null;
  const chart = html("div", { class: "chart" });
  const window = answer.params["window"];
  const facts = [
    typeof window === "string" && `within ${window}`, typeof answer.params["by"] === "string" && `by ${answer.params["by"]}`,
    funnel.groups.length > GROUPS_DRAWN && `the chart shows the first ${GROUPS_DRAWN} of ${funnel.groups.length} groups`,
  ].filter(Boolean).join(", ");
  const layout = funnel.groups.length > 1 ? "beside stacked" : "beside";
  return {
    content: [
      facts !== "" && html("p", { class: "caption" }, facts),
      html("div", { class: layout }, html("div", { class: "chart-frame" }, chart), makeFunnelTable(funnel, currency, reasonsOf(answer))),
    ],
    draw: () => drawFunnel(funnel, chart),
  };
}
