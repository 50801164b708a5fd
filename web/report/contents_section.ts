// What is in the data: the touchpoints with role, kind and size, and what there is to know about their quality.

import type { Answers } from "../answers/answers.ts";
import type { Overview, Touchpoint } from "../answers/overview.ts";
import { figureSpan, html, type Content } from "../drawing/element.ts";
import { markFigure, type Figure } from "../drawing/figure.ts";
import { formatCount, formatShare, isNumber } from "../drawing/format.ts";
import { findKind, inkOn } from "../drawing/kinds.ts";
import { cellContent, makeRow, makeTable, type TableColumn } from "../drawing/table.ts";
import { code, missingAnswer, notice, sectionElement, type Section } from "./section.ts";

const FIRST = 30;
const COLUMNS: TableColumn[] = [
  { head: "touchpoint" }, { head: "role" }, { head: "kind" },
  { head: "events", number: true, how: "Events that match the touchpoint." },
  { head: "customers", number: true, how: "Customers with at least one event of the touchpoint." },
];

export function overviewFigure(at: string, value: number | null, kind: "count" | "share", how: string): Figure | null {
  if (!isNumber(value)) return null;
  return { at: `overview:${at}`, value, kind, text: kind === "share" ? formatShare(value) : formatCount(value), how };
}

export function contentsSection(answers: Answers): Section {
  const title = "What is in the data";
  const answer = answers.overview;
  const missing = missingAnswer("overview", answer, ["Run ", code(`peregrine run ${answers.workspace.name} overview`), " to see why."]);
  if (missing || answer.state !== "answered") return { element: sectionElement("contents", title, missing) };
  const overview = answer.result;
  if (!overview.events) {
    return { element: sectionElement("contents", title, notice(
      "There are no events in this workspace yet.", "Bring some in: ", code(`peregrine import ${answers.workspace.name} FILE`), ".",
    )) };
  }
  return { element: sectionElement("contents", title, factList(overview), quality(overview), touchpointTable(overview)) };
}

function factList(overview: Overview): HTMLElement {
  const facts: [string, Figure | null][] = [
    ["events", overviewFigure("/events", overview.events, "count", "All events that were understood and stored.")],
    ["customers", overviewFigure("/customers", overview.customers, "count", "Everybody with at least one event, known or anonymous.")],
    ["known", overviewFigure("/identities/known", overview.identities.known, "count", "Customers with a user id.") ??
      overviewFigure("/known_customers", overview.known_customers, "count", "Customers with a user id.")],
    ["anonymous", overviewFigure("/identities/anonymous", overview.identities.anonymous, "count", "Customers known only by an anonymous id.")],
    ["events without a role", overviewFigure("/unlabelled", overview.unlabelled, "share", "Share of events that no touchpoint gives a role; stages do not see them.")],
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
  const cells = (row: Touchpoint): Content[] => {
    const name = html("span", { class: "name" }, row.touchpoint);
    if (row.event !== null && row.event !== row.touchpoint) name.append(html("span", { class: "interval" }, ` ${row.event}`));
    return [name, row.role ?? cellContent(null, "No role: stages do not see this event."), kindCell(row.kind), sized(row, "events", most.events), sized(row, "customers", most.customers)];
  };
  const table = makeTable("Touchpoints", COLUMNS, sorted.slice(0, FIRST).map(cells));
  const all = html("div", {}, table);
  const rest = sorted.slice(FIRST);
  if (rest.length > 0) {
    const button = html("button", { type: "button", class: "more" }, `Show all ${formatCount(sorted.length)}`);
    button.addEventListener("click", () => {
      const rows = rest.map((row) => makeRow(COLUMNS, cells(row)));
      table.querySelector("tbody")?.append(...rows);
      button.remove();
      const first = rows[0]?.querySelector("th");
      first?.setAttribute("tabindex", "-1");
      first?.focus({ preventScroll: true });
    });
    all.append(button);
  }
  return all;
}
