// What is in the data: the touchpoints with role, kind and size, and what there is to know about their quality.

import { shellWord, type Answer, type Answers } from "../answers/answers.ts";
import type { Overview, Touchpoint } from "../answers/overview.ts";
import { figureSpan, html, type Content } from "../drawing/element.ts";
import { markFigure, type Figure } from "../drawing/figure.ts";
import { formatCount, formatShare, isNumber } from "../drawing/format.ts";
import { findKind, inkOn } from "../drawing/kinds.ts";
import type { Lead } from "../drawing/leads.ts";
import { cellContent, longTable, type TableColumn } from "../drawing/table.ts";
import { answerSection } from "./period_view.ts";
import { code, missingAnswer, notice, type Section, type View } from "./section.ts";

const FIRST = 30;
export const GUESSED = "Share of events whose role and kind a program guessed and no person confirmed.";
const COLUMNS: TableColumn[] = [
  { head: "touchpoint" }, { head: "role" }, { head: "kind" },
  { head: "events", number: true, how: "Events that match the touchpoint." },
  { head: "customers", number: true, how: "Customers with at least one event of the touchpoint." },
];

export function overviewFigure(at: string, value: number | null, kind: "count" | "share", how: string): Figure | null {
  if (!isNumber(value)) return null;
  return { at: `overview:${at}`, value, kind, text: kind === "share" ? formatShare(value) : formatCount(value), how };
}

const LEADS: Lead[] = [
  { at: "/customers", kind: "count", word: "customers" }, { at: "/events", kind: "count", word: "events" },
  { at: "/unlabelled", kind: "share", word: "events without a role" },
];

export function contentsSection(answers: Answers): Section {
  return answerSection("contents", "What is in the data", { whole: answers.overview, periods: answers.over.overview, leads: LEADS }, (answer) => view(answer, answers));
}

function view(answer: Answer<Overview>, { workspace }: Answers): View {
  const missing = missingAnswer("overview", answer, ["Run ", code(`peregrine run ${workspace.directory} overview`), " to see why."]);
  if (missing || answer.state !== "answered") return { content: [missing] };
  const overview = answer.result;
  if (!overview.events) {
    return { content: [answer.params["over"]
      ? notice("There are no events in this period.", "Choose another one above.")
      : notice("There are no events in this workspace yet.", "Bring some in: ", code(`peregrine import ${workspace.directory} FILE`), ".")] };
  }
  return { content: [factList(overview), quality(overview), guesses(overview, workspace.directory), touchpointTable(overview)] };
}

/** Roles that a program proposed: how much rests on them, and how a person says that they are right. */
function guesses(overview: Overview, workspace: string): Content {
  const share = overviewFigure("/guessed", overview.guessed, "share", GUESSED);
  if (!share || share.value === 0) return null;
  const guessed = overview.touchpoints.filter((row) => row.guessed).sort((a, b) => (b.events ?? 0) - (a.events ?? 0));
  const first = guessed[0];
  return html("div", { class: "notes" },
    html("h3", {}, "Guesses that nobody has confirmed"),
    html("p", {}, figureSpan(share), " of the events have a role that a program guessed from their name. They are marked ", guessMark(), " below and are used like other labels."),
    first && html("p", {}, "Confirm one as it is: ", code(`peregrine touchpoints set ${workspace} ${shellWord(first.event ?? first.touchpoint)}`),
      ". Say something else with ", code("--role"), " and ", code("--kind"), "; ", code(`peregrine touchpoints list ${workspace}`), " lists all."));
}

const guessMark = (): HTMLElement => html("span", { class: "guess" }, "guess");

function factList(overview: Overview): HTMLElement {
  const facts: [string, Figure | null][] = [
    ["events", overviewFigure("/events", overview.events, "count", "All events that were understood and stored.")],
    ["customers", overviewFigure("/customers", overview.customers, "count", "Everybody with at least one event, known or anonymous.")],
    ["known", overviewFigure("/identities/known", overview.identities.known, "count", "Customers with a user id.") ??
      overviewFigure("/known_customers", overview.known_customers, "count", "Customers with a user id.")],
    ["anonymous", overviewFigure("/identities/anonymous", overview.identities.anonymous, "count", "Customers known only by an anonymous id.")],
    ["events without a role", overviewFigure("/unlabelled", overview.unlabelled, "share", "Share of events that no touchpoint gives a role; stages do not see them.")],
    ["events with a guessed role", overview.guessed === 0 ? null : overviewFigure("/guessed", overview.guessed, "share", GUESSED)],
    ["rows in quarantine", overviewFigure("/quarantined", overview.quarantined, "count", "Input that could not be understood and waits with its reason and raw bytes.")],
  ];
  const list = html("dl", { class: "facts" });
  for (const [word, figure] of facts) if (figure) list.append(html("div", {}, html("dt", {}, word), html("dd", {}, figureSpan(figure))));
  return list;
}

function quality(overview: Overview): Content {
  if (overview.notes.length === 0) return null;
  return html("div", { class: "notes" }, html("h3", {}, "Worth knowing about its quality"), html("ul", {}, ...overview.notes.map((note) => html("li", {}, note))));
}

function kindCell(name: string | null): Content {
  if (name === null) return cellContent(null);
  const kind = findKind(name);
  const badge = html("span", { class: "pg-badge", "aria-hidden": "true" }, kind.letter);
  badge.style.background = kind.colour;
  badge.style.color = inkOn(kind.colour);
  return html("span", { class: "kind" }, badge, kind.label);
}

function sized(touchpoint: Touchpoint, field: "events" | "customers", most: number): Content {
  const figure = overviewFigure(`${touchpoint.at}/${field}`, touchpoint[field], "count", `${touchpoint.touchpoint}, ${field}.`);
  if (!figure) return cellContent(null);
  const bar = html("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${Math.max(1, (figure.value / Math.max(1, most)) * 96)}px`;
  markFigure(bar, figure);
  return html("span", { class: "sized" }, figureSpan(figure), bar);
}

function touchpointTable(overview: Overview): HTMLElement {
  const sorted = [...overview.touchpoints].sort((a, b) => (b.events ?? 0) - (a.events ?? 0));
  const most = { events: Math.max(1, ...sorted.map((row) => row.events ?? 0)), customers: Math.max(1, ...sorted.map((row) => row.customers ?? 0)) };
  const role = (row: Touchpoint): Content =>
    row.role === null ? cellContent(null, "No role: stages do not see this event.") : html("span", {}, row.role, row.guessed && " ", row.guessed && guessMark());
  const rows = sorted.map((row) => (): Content[] => {
    const name = html("span", { class: "name" }, html("bdi", {}, row.touchpoint));
    if (row.event !== null && row.event !== row.touchpoint) name.append(" ", html("bdi", { class: "interval" }, row.event));
    return [name, role(row), kindCell(row.kind), sized(row, "events", most.events), sized(row, "customers", most.customers)];
  });
  const { names, events } = overview.others;
  if (isNumber(names) && names > 0) {
    rows.push(() => [
      html("span", { class: "rest" }, "all other names: ", figureSpan({ at: "overview:/others/names", value: names, kind: "count", text: formatCount(names), how: "Names of events that have no row of their own." })),
      cellContent(null), cellContent(null),
      isNumber(events) ? figureSpan({ at: "overview:/others/events", value: events, kind: "count", text: formatCount(events), how: "Events of those names." }) : cellContent(null),
      cellContent(null, "Not counted together: a customer may have several of them."),
    ]);
  }
  return longTable("Touchpoints", COLUMNS, rows, FIRST);
}
