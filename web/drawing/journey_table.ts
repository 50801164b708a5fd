// The journey as tables: the accessible equal of the drawing, with every figure of every stage and every move.

import type { StageFigure, Stages } from "../answers/stages.ts";
import { html, type Content } from "./element.ts";
import { figureSpan } from "./element.ts";
import { formatDays, isNumber } from "./format.ts";
import { makeJourney, moveCount, stageFigure, stageInterval, type Journey } from "./journey.ts";
import { cellContent, makeTable, type TableColumn } from "./table.ts";
import { kindFigure } from "./lane_drawing.ts";
import { occurringKinds } from "./column_layout.ts";
import { findKind } from "./kinds.ts";

const COLUMNS: { field: StageFigure; head: string; defined?: string; interval?: "conversion" | "nps" | "csat" }[] = [
  { field: "entered", head: "entered" },
  { field: "now", head: "here now" },
  { field: "moved_on", head: "moved on" },
  { field: "conversion", head: "conversion", interval: "conversion" },
  { field: "lost", head: "lost" },
  { field: "immature", head: "not matured" },
  { field: "went_back", head: "went back" },
  { field: "skipped", head: "skipped" },
  { field: "reentries", head: "re-entries" },
  { field: "median_days", head: "median" },
  { field: "p90_days", head: "p90", defined: "median_days" },
  { field: "value", head: "value" },
  { field: "nps", head: "NPS", interval: "nps" },
  { field: "csat", head: "CSAT", interval: "csat" },
];

/** Why a figure is missing, by its pointer into the result. */
export type Reasons = (pointer: string) => string | undefined;

export function makeJourneyTables(stages: Stages, reasons: Reasons): HTMLElement {
  const journey = makeJourney(stages);
  const shown = COLUMNS.filter(({ field }) => journey.stages.some((stage) => isNumber(stage[field])));
  const columns: TableColumn[] = [
    { head: "stage" },
    { head: "phase" },
    ...shown.map(({ field, head, defined }) => ({ head, number: true, how: journey.definitions[defined ?? field]?.words })),
  ];
  const rows = journey.stages.map((stage): Content[] => [
    stage.stage,
    stage.phase,
    ...shown.map(({ field, interval }): Content => {
      const figure = stageFigure(journey, stage, field);
      const ends = interval ? stageInterval(journey, stage, interval) : null;
      if (!figure) return cellContent(null, reasons(`${stage.at}/${field}`));
      const cell = html("span", {}, figureSpan(figure));
      if (ends) cell.append(html("span", { class: "interval" }, figureSpan(ends.low), ends.joint, figureSpan(ends.high)));
      return cell;
    }),
  ]);
  const all = html("div", { class: "tables" }, makeTable("Stages of the journey", columns, rows));
  const moves = movesTable(journey);
  if (moves) all.append(html("h3", {}, "Moves between stages"), moves);
  const kinds = kindsTable(journey);
  if (kinds) all.append(html("h3", {}, "Touchpoints by kind and stage"), kinds);
  return all;
}

function movesTable(journey: Journey): HTMLElement | null {
  const flows = [...journey.forward, ...journey.back].sort((a, b) => a.from - b.from || a.to - b.to);
  if (flows.length === 0) return null;
  const columns = [{ head: "from" }, { head: "to" }, { head: "direction" }, { head: "journeys", number: true }, { head: "median", number: true }];
  return makeTable("Moves between stages", columns, flows.map((flow) => {
    const days = flow.move.median_days;
    return [
      flow.move.source, flow.move.target, flow.to < flow.from ? "back" : flow.to - flow.from > 1 ? "on, jumping over" : "on",
      figureSpan(moveCount(journey, flow)),
      cellContent(isNumber(days) ? { at: `stages:${flow.move.at}/median_days`, value: days, kind: "days", text: formatDays(days) } : null),
    ];
  }));
}

function kindsTable(journey: Journey): HTMLElement | null {
  const kinds = occurringKinds(journey);
  if (kinds.length === 0) return null;
  const columns = [{ head: "kind" }, ...journey.stages.map((stage) => ({ head: stage.stage, number: true }))];
  return makeTable("Journeys by kind of touchpoint and stage", columns, kinds.map((kind) => [
    findKind(kind).label,
    ...journey.stages.map((stage) => {
      const row = journey.source.kinds.find((entry) => entry.kind === kind && entry.stage === stage.stage);
      return cellContent(row ? kindFigure(journey, row) : null);
    }),
  ]));
}
