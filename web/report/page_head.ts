// The head of the report: the bar with the wordmark and what is shown, the title, the answer in one sentence, and the facts.

import type { Answers, Meta } from "../answers/answers.ts";
import { figureSpan, html, svg, type Content } from "../drawing/element.ts";
import type { Figure } from "../drawing/figure.ts";
import { formatCount, formatName, formatRange, formatTime, isNumber } from "../drawing/format.ts";
import { isEmpty, makeHandoff, makeJourney, phaseFigure, phaseRow, stageFigure, type Journey } from "../drawing/journey.ts";
import { GUESSED, overviewFigure } from "./contents_section.ts";

/** A falcon in a stoop: one closed curve. */
function falcon(): SVGElement {
  return svg(
    "svg", { class: "falcon", viewBox: "0 0 32 24", width: 32, height: 24, "aria-hidden": "true" },
    svg("path", { d: "M2,21 C6,11 14,3 30,2 C24,4.5 22.5,7 21,10.5 C19.5,14 17,16.5 13.5,17 L11.5,22 L9.6,18.6 C7,20.4 4.6,21.2 2,21 Z" }),
    svg("circle", { cx: 24.2, cy: 4.4, r: 0.9 }),
  );
}

function metaOf(answers: Answers): Meta | null {
  for (const answer of [answers.stages, answers.overview, answers.funnel]) if (answer.state === "answered") return answer.meta;
  return null;
}

function rangeOf(answers: Answers): string {
  const meta = metaOf(answers);
  const overview = answers.overview.state === "answered" ? answers.overview.result : null;
  if (meta?.events === 0) return "no data";
  return formatRange(overview?.from ?? meta?.from ?? null, overview?.to ?? meta?.to ?? null, meta?.timezone ?? answers.workspace.timezone);
}

function chip(value: string, word: string): HTMLElement {
  return html("li", {}, html("span", { class: "chip-value" }, value), html("span", { class: "chip-word" }, word));
}

export function pageHeader(answers: Answers): HTMLElement {
  const framework = (answers.stages.state === "answered" && answers.stages.result.framework) || formatName(answers.workspace.framework);
  const chips = html("ul", { class: "chips", "aria-label": "What is shown" }, chip(answers.workspace.name, "workspace"));
  if (framework !== "") chips.append(chip(formatName(framework), "framework"));
  chips.append(chip(rangeOf(answers), "range"), chip("All customers", "where"));
  return html("header", {}, html("div", { class: "brand" }, falcon(), "peregrine"), chips);
}

export function pageHead(answers: Answers): HTMLElement {
  const journey = answers.stages.state === "answered" ? makeJourney(answers.stages.result) : null;
  const told = journey && !isEmpty(journey) ? lead(journey) : null;
  return html("div", { class: "head" }, html("h1", {}, titleOf(journey)), told && html("p", { class: "lead" }, ...told), facts(answers));
}

function titleOf(journey: Journey | null): string {
  const phases = new Set(journey?.stages.map((stage) => stage.phase));
  if (phases.size === 1) return phases.has("buyer") ? "How people come to a decision" : "What happens after people become customers";
  return "How people become customers, and what happens then";
}

/** The answer before the question: how many came, how many bought, and where most were lost. */
function lead(journey: Journey): Content[] {
  const parts: Content[] = [];
  const handoff = makeHandoff(journey);
  const row = phaseRow(journey, "buyer");
  const entered = row && phaseFigure(journey, row, "entered");
  if (handoff?.buyers && handoff.buyers.value > 0 && entered?.value === 0) {
    parts.push(figureSpan(handoff.buyers), " people bought; nothing is known of what they did before. ");
  } else if (handoff?.buyers && entered && (handoff.share || handoff.matured)) {
    parts.push("Of ", figureSpan(entered), entered.value === 1 ? " person" : " people", " in the buyer journey ", figureSpan(handoff.buyers), " bought");
    if (!handoff.share) parts.push(" so far; nobody has had all their time yet. ");
    else if (handoff.matured) parts.push(" so far; of those who have had their time, ", figureSpan(handoff.share), ". ");
    else parts.push(" (", figureSpan(handoff.share), "). ");
  }
  const losses = journey.stages
    .flatMap((stage) => (isNumber(stage.lost) && stage.lost > 0 ? [{ stage, lost: stage.lost }] : []))
    .sort((a, b) => b.lost - a.lost);
  const most = losses[0];
  const lost = most && stageFigure(journey, most.stage, "lost");
  if (most && lost) parts.push("Most are lost at ", html("strong", {}, most.stage.stage), ": ", figureSpan(lost), ".");
  return parts.length > 0 ? parts : [];
}

function facts(answers: Answers): HTMLElement {
  const overview = answers.overview.state === "answered" ? answers.overview.result : null;
  const meta = metaOf(answers);
  const metaName = answers.stages.state === "answered" ? "stages" : answers.overview.state === "answered" ? "overview" : "funnel";
  const timezone = meta?.timezone ?? answers.workspace.timezone;
  const items: Content[][] = [];
  const metaFigure = (field: "journeys" | "events"): Figure | null => {
    const value = meta?.[field];
    return isNumber(value) ? { at: `${metaName}.meta:/${field}`, value, kind: "count", text: formatCount(value), how: `All ${field} that were looked at.` } : null;
  };
  const journeys = metaFigure("journeys");
  if (journeys) items.push([figureSpan(journeys), journeys.value === 1 ? " journey" : " journeys"]);
  const events = overviewFigure("/events", overview?.events ?? null, "count", "All events that were understood and stored.") ?? metaFigure("events");
  if (events) items.push([figureSpan(events), events.value === 1 ? " event" : " events"]);
  if (meta?.events !== 0) items.push([`data ${rangeOf(answers)}`]);
  const unlabelled = overviewFigure("/unlabelled", overview?.unlabelled ?? null, "share", "Share of events that no touchpoint gives a role; stages do not see them.");
  if (unlabelled) items.push([figureSpan(unlabelled), " of events without a role"]);
  const guessed = overviewFigure("/guessed", overview?.guessed ?? null, "share", GUESSED);
  if (guessed && guessed.value > 0) items.push([figureSpan(guessed), " with a guessed role"]);
  const idle = answers.stages.state === "answered" ? answers.stages.result.idle_days : null;
  if (isNumber(idle)) items.push([figureSpan({ at: "stages:/idle_days", value: idle, kind: "count", text: formatCount(idle), how: "Rates and losses count only journeys that had this many days to move on." }), " d to mature"]);
  if (answers.generated) items.push([`made ${formatTime(answers.generated, timezone)} (${timezone})`]);
  return html("ul", { class: "factline" }, ...items.map((item) => html("li", {}, ...item)));
}
