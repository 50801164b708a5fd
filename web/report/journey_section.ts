// The journey: the drawing, what it says in words, and the table that is its equal.

import type { Answers } from "../answers/answers.ts";
import { html, type Content } from "../drawing/element.ts";
import { isEmpty, makeJourney } from "../drawing/journey.ts";
import { drawJourney } from "../drawing/journey_drawing.ts";
import { makeJourneyTables } from "../drawing/journey_table.ts";
import { code, missingAnswer, notice, reasonsOf, sectionElement, type Section } from "./section.ts";

export function journeySection(answers: Answers): Section {
  const answer = answers.stages;
  const title = "The journey";
  const missing = missingAnswer("journey", answer, ["Run ", code(`peregrine run ${answers.workspace.name} stages`), " to see why, then make the report again."]);
  if (missing || answer.state !== "answered") return { element: sectionElement("journey", title, missing) };
  const stages = answer.result;
  if (stages.stages.length === 0) {
    return { element: sectionElement("journey", title, notice(
      "The framework of this workspace has no stages.", "Name a framework in ", code("workspace.yaml"), ", such as ", code("framework: buyer_and_customer"), ", and make the report again.",
    )) };
  }
  if (isEmpty(makeJourney(stages))) {
    return { element: sectionElement("journey", title, emptyJourney(answers)) };
  }
  const container = html("div", { class: "pg-container" });
  const journey = makeJourney(stages);
  const how: Content[] = [
    "The size of a stage grows with the square root of the journeys that entered it. ",
    journey.forward.length > 0 && "Ribbons are the share that went straight from one stage to another. ",
    stages.stages.some((stage) => (stage.lost ?? 0) > 0) && "Grey strokes are lost. ",
    journey.back.length > 0 && "Dashed arcs go back (2 % or more; all moves are in the table). ",
    "Intervals are 95 %. Hover or focus a figure to see how it was counted.",
  ];
  const table = html("details", { class: "table-view" }, html("summary", {}, "The journey as a table"), makeJourneyTables(stages, reasonsOf(answer)));
  return {
    element: sectionElement("journey", title, container, html("p", { class: "caption" }, ...how), table),
    draw: () => {
      drawJourney(stages, container);
    },
  };
}

function emptyJourney(answers: Answers): HTMLElement {
  const overview = answers.overview;
  const unlabelled = overview.state === "answered" && overview.result.unlabelled === 1;
  return notice(
    unlabelled ? "No event has a role yet, so no journey enters a stage." : "No journey enters a stage of this framework.",
    "Stages are entered by roles, such as ", code("visit"), ", ", code("cart"), " or ", code("buy"),
    ". Name roles in ", code("workspace.yaml"), " under ", code("touchpoints"), ", then make the report again. The events that wait for a role are listed below.",
  );
}
