// What comes next: journeys unrolled by step, the strongest transitions as a graph, whole ways, and all of it as tables.

import type { Answer, Answers } from "../answers/answers.ts";
import { keyOf, type Transitions } from "../answers/transitions.ts";
import { html, type Content } from "../drawing/element.ts";
import { drawSteps, drawTransitionGraph, EDGES_DRAWN } from "../drawing/transition_charts.ts";
import { unroll } from "../drawing/transition_layout.ts";
import { makeEdgeTable, makeStepTable, makeVariantTable } from "../drawing/transition_tables.ts";
import type { Lead } from "../drawing/leads.ts";
import { answerSection } from "./period_view.ts";
import { code, missingAnswer, notice, reasonsOf, type Section, type View } from "./section.ts";

const LEADS: Lead[] = [{ at: "/journeys", kind: "count", word: "journeys" }, { at: "/transitions", kind: "count", word: "transitions" }];

export function transitionsSection(answers: Answers): Section {
  const { transitions: whole, over } = answers;
  return answerSection("transitions", "What comes next", { whole, periods: over.transitions, leads: LEADS }, (answer) => view(answer, answers));
}

function view(answer: Answer<Transitions>, answers: Answers): View {
  const command = `peregrine run ${answers.workspace.directory} transitions`;
  const missing = missingAnswer("analysis of transitions", answer, ["Run ", code(command), "."]);
  if (missing || answer.state !== "answered") return { content: [missing] };
  const transitions = answer.result;
  if (transitions.nodes.length === 0 && transitions.edges.length === 0) {
    return { content: [notice("No journey has an event in this range.", "Choose a wider range, then run ", code(command), ".")] };
  }
  const reasons = reasonsOf(answer);
  const steps = html("div", { class: "chart" });
  const graph = html("div", { class: "chart" });
  const caption = html("p", { class: "caption" });
  const unrolled = transitions.nodes.length > 0;
  const between = transitions.edges.filter(({ source, target }) => keyOf(source) !== keyOf(target));
  const content: Content[] = [
    ...(unrolled ? [
      html("h3", {}, "Journeys step by step"), caption, html("div", { class: "chart-frame" }, steps),
      html("details", { class: "table-view" }, html("summary", {}, "The steps as a table"), makeStepTable(transitions, reasons)),
    ] : []),
    html("h3", {}, "What follows on what"),
    between.length === 0
      ? notice("Nothing follows on anything else.", "Every journey has one touchpoint only, perhaps again and again.")
      : html("div", { class: "beside" },
        html("div", { class: "chart-frame" }, html("p", { class: "caption" }, captionOfGraph(between.length)), graph), makeEdgeTable(transitions, reasons)),
    transitions.variants.length > 0 && html("h3", {}, "The commonest whole ways"),
    transitions.variants.length > 0 && makeVariantTable(transitions, reasons),
  ];
  return {
    content,
    draw: () => {
      const { shown, all } = unroll(transitions, steps.clientWidth);
      caption.textContent = `From the first touchpoint of each journey${shown < all ? `, the first ${shown} of ${all} steps` : ""}; wider is more journeys.`;
      const charts = [...(unrolled ? [drawSteps(transitions, steps)] : []), ...(between.length > 0 ? [drawTransitionGraph(transitions, graph)] : [])];
      return () => charts.forEach((close) => close());
    },
  };
}

function captionOfGraph(edges: number): string {
  const which = edges > EDGES_DRAWN ? `The ${EDGES_DRAWN} transitions with most journeys of ${edges}` : "All transitions";
  return `${which} between two touchpoints; a thicker arrow is more journeys.`;
}
