// The journey: the drawing, what it says in words, and the table that is its equal.

import type { Answer, Answers } from "../answers/answers.ts";
import type { Stages } from "../answers/stages.ts";
import { html, type Content } from "../drawing/element.ts";
import { isEmpty, makeJourney } from "../drawing/journey.ts";
import { drawJourney } from "../drawing/journey_drawing.ts";
import { makeJourneyTables } from "../drawing/journey_table.ts";
import type { Lead } from "../drawing/leads.ts";
import { answerSection } from "./period_view.ts";
import { code, missingAnswer, notice, reasonsOf, type Section, type View } from "./section.ts";

const LEADS: Lead[] = [{ at: "/stages/*/entered", kind: "count", word: { member: "stage" }, phase: "phase" }];

export function journeySection(answers: Answers): Section {
  return answerSection("journey", "The journey", { whole: answers.stages, periods: answers.over.stages, leads: LEADS }, (answer) => view(answer, answers));
}

function view(answer: Answer<Stages>, answers: Answers): View {
  const missing = missingAnswer("journey", answer, ["Run ", code(`peregrine run ${answers.workspace.directory} stages`), " to see why, then make the report again."]);
  if (missing || answer.state !== "answered") return { content: [missing] };
  const stages = answer.result;
  if (stages.stages.length === 0) {
    return { content: [notice(
      "The framework of this workspace has no stages.", "Name a framework in ", code("workspace.yaml"), ", such as ", code("framework: buyer_and_customer"), ", and make the report again.",
    )] };
  }
  if (isEmpty(makeJourney(stages))) {
    return { content: [emptyJourney(answers)] };
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
    content: [container, html("p", { class: "caption" }, ...how), table],
    draw: () => drawJourney(stages, container),
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
