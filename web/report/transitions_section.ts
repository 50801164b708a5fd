// What comes next: journeys unrolled by step, the strongest transitions as a graph, whole ways, and all of it as tables.

import type { Answers } from "../answers/answers.ts";
import { html } from "../drawing/element.ts";
import { drawSteps, drawTransitionGraph, EDGES_DRAWN } from "../drawing/transition_charts.ts";
import { unroll } from "../drawing/transition_layout.ts";
import { makeEdgeTable, makeStepTable, makeVariantTable } from "../drawing/transition_tables.ts";
import { code, missingAnswer, notice, reasonsOf, sectionElement, type Section } from "./section.ts";

export function transitionsSection(answers: Answers): Section {
  const answer = answers.transitions;
  const title = "What comes next";
  const command = `peregrine run ${answers.workspace.name} transitions`;
  const missing = missingAnswer("analysis of transitions", answer, ["Run ", code(command), "."]);
  if (missing || answer.state !== "answered") return { element: sectionElement("transitions", title, missing) };
  const transitions = answer.result;
  if (transitions.nodes.length === 0 && transitions.edges.length === 0) {
    return { element: sectionElement("transitions", title, notice("No journey has an event in this range.", "Choose a wider range, then run ", code(command), ".")) };
  }
  const reasons = reasonsOf(answer);
  const steps = html("div", { class: "chart" });
  const graph = html("div", { class: "chart" });
  const caption = html("p", { class: "caption" });
  const between = transitions.edges.filter((edge) => edge.source !== edge.target);
  const element = sectionElement(
    "transitions", title,
    html("h3", {}, "Journeys step by step"), caption, html("div", { class: "chart-frame" }, steps),
    html("details", { class: "table-view" }, html("summary", {}, "The steps as a table"), makeStepTable(transitions, reasons)),
    html("h3", {}, "What follows on what"),
    between.length === 0
      ? notice("Nothing follows on anything else.", "Every journey has one touchpoint only, perhaps again and again.")
      : html("div", { class: "beside" },
        html("div", { class: "chart-frame" }, html("p", { class: "caption" }, captionOfGraph(between.length)), graph), makeEdgeTable(transitions, reasons)),
    transitions.variants.length > 0 && html("h3", {}, "The commonest whole ways"),
    transitions.variants.length > 0 && makeVariantTable(transitions, reasons),
  );
  return {
    element,
    draw: () => {
      const { shown, all } = unroll(transitions, steps.clientWidth);
      caption.textContent = `From the first touchpoint of each journey${shown < all ? `, the first ${shown} of ${all} steps` : ""}; wider is more journeys.`;
      drawSteps(transitions, steps);
      if (between.length > 0) drawTransitionGraph(transitions, graph);
    },
  };
}

function captionOfGraph(edges: number): string {
  const which = edges > EDGES_DRAWN ? `The ${EDGES_DRAWN} transitions with most journeys of ${edges}` : "All transitions";
  return `${which} between two touchpoints; a thicker arrow is more journeys.`;
}
