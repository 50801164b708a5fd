// Transitions as tables, the accessible equal of their pictures: every edge, every step, and the commonest whole ways.

import type { Name, Transitions } from "../answers/transitions.ts";
import { transitionDefinitions } from "./definitions.ts";
import { figureSpan, html, type Content } from "./element.ts";
import type { Figure, FigureKind } from "./figure.ts";
import { formatShareBare, isNumber } from "./format.ts";
import { formatFigure } from "./journey.ts";
import type { Reasons } from "./journey_table.ts";
import { cellContent, longTable, type TableColumn } from "./table.ts";
import { sayName } from "./transition_layout.ts";

const ARROW = " → ";

function figure(at: string, value: number | null, kind: FigureKind): Figure | null {
  return isNumber(value) ? { at: `transitions:${at}`, value, kind, text: formatFigure(value, kind, null) } : null;
}

const name = (of: Name): Content => html("bdi", { class: of.is === "name" ? "name" : "name rest" }, sayName(of));

/** A whole way, each name set off from the arrows between. */
function way(variant: string): Content {
  const names = variant.split(ARROW).flatMap((text, index) => [...(index > 0 ? [ARROW] : []), html("bdi", {}, text)]);
  return html("span", { class: "name" }, ...names);
}


export function makeEdgeTable(transitions: Transitions, reasons: Reasons): HTMLElement {
  const words = transitionDefinitions();
  const columns: TableColumn[] = [
    { head: "from" }, { head: "to" }, { head: "journeys", number: true, how: words["journeys"]?.words }, { head: "times", number: true, how: words["count"]?.words },
    { head: "median time", number: true, how: words["median_seconds"]?.words }, { head: "p90 time", number: true, how: words["p90_seconds"]?.words },
  ];
  const sorted = [...transitions.edges].sort((a, b) => (b.journeys ?? 0) - (a.journeys ?? 0));
  return longTable("What follows on what", columns, sorted.map((edge) => () => [
    name(edge.source), name(edge.target),
    ...([["journeys", "count"], ["count", "count"], ["median_seconds", "seconds"], ["p90_seconds", "seconds"]] as const).map(([field, kind]) =>
      cellContent(figure(`${edge.at}/${field}`, edge[field], kind), reasons(`${edge.at}/${field}`))),
  ]));
}

export function makeStepTable(transitions: Transitions, reasons: Reasons): HTMLElement {
  const columns: TableColumn[] = [{ head: "step" }, { head: "from" }, { head: "to" }, { head: "journeys", number: true }, { head: "median time", number: true }];
  return longTable("Journeys step by step", columns, transitions.steps.map((edge) => () => [
    String(edge.step), name(edge.source), name(edge.target),
    cellContent(figure(`${edge.at}/journeys`, edge.journeys, "count")),
    cellContent(figure(`${edge.at}/median_seconds`, edge.median_seconds, "seconds"), edge.target.is === "end" ? "The journeys end there." : reasons(`${edge.at}/median_seconds`)),
  ]));
}

export function makeVariantTable(transitions: Transitions, reasons: Reasons): HTMLElement {
  const words = transitionDefinitions();
  const columns: TableColumn[] = [
    { head: "whole way", how: words["variant"]?.words }, { head: "journeys", number: true }, { head: "share", number: true, how: words["share"]?.words },
  ];
  return longTable("The commonest whole ways", columns, transitions.variants.map((row) => () => {
    const share = figure(`${row.at}/share`, row.share, "share");
    const end = (field: "share_low" | "share_high"): Content => {
      const found = figure(`${row.at}/${field}`, row[field], "share");
      return found && figureSpan({ ...found, text: formatShareBare(found.value) });
    };
    return [
      row.rest ? html("span", { class: "rest" }, "all other ways") : way(row.variant),
      cellContent(figure(`${row.at}/journeys`, row.journeys, "count"), reasons(`${row.at}/journeys`)),
      share ? html("span", {}, figureSpan(share), html("span", { class: "interval" }, " ", end("share_low"), "–", end("share_high"))) : cellContent(null),
    ];
  }));
}
