// The funnel: its chart and, beside it, the table with every figure.

import type { Answers } from "../answers/answers.ts";
import { html } from "../drawing/element.ts";
import { drawFunnel, GROUPS_DRAWN } from "../drawing/funnel_chart.ts";
import { makeFunnelTable } from "../drawing/funnel_table.ts";
import { code, missingAnswer, notice, reasonsOf, sectionElement, type Section } from "./section.ts";

export function funnelSection(answers: Answers): Section {
  const answer = answers.funnel;
  const title = "Funnel";
  const command = `peregrine run ${answers.workspace.name} funnel --steps "…"`;
  const missing = missingAnswer("funnel", answer, ["Name its steps: ", code(command), ". At least two events, in the order they should happen."]);
  if (missing || answer.state !== "answered") return { element: sectionElement("funnel", title, missing) };
  const funnel = answer.result;
  const steps = funnel.groups.flatMap((group) => group.steps);
  if (steps.every((step) => !step.journeys)) {
    return { element: sectionElement("funnel", title, notice(
      steps.length === 0 ? "The funnel has no steps." : `No journey took the first step, ${steps[0]?.name ?? ""}.`,
      "Check the names of the events against the list below, then run ", code(command), ".",
    )) };
  }
  const currency = answers.stages.state === "answered" ? answers.stages.result.currency : null;
  const chart = html("div", { class: "chart" });
  const window = answer.params["window"];
  const facts = [
    typeof window === "string" && `within ${window}`, typeof answer.params["by"] === "string" && `by ${answer.params["by"]}`,
    funnel.groups.length > GROUPS_DRAWN && `the chart shows the first ${GROUPS_DRAWN} of ${funnel.groups.length} groups`,
  ].filter(Boolean).join(", ");
  const element = sectionElement(
    "funnel", title, facts !== "" && html("p", { class: "caption" }, facts),
    html("div", { class: funnel.groups.length > 1 ? "beside stacked" : "beside" }, html("div", { class: "chart-frame" }, chart), makeFunnelTable(funnel, currency, reasonsOf(answer))),
  );
  return {
    element,
    draw: () => {
      drawFunnel(funnel, chart);
    },
  };
}
