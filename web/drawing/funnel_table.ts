// The funnel as a table: every figure of every step, with its interval, for one group or several.

import type { Funnel, Step, StepFigure } from "../answers/funnel.ts";
import { funnelDefinitions } from "./definitions.ts";
import { figureSpan, html, type Content } from "./element.ts";
import type { Figure, FigureKind } from "./figure.ts";
import { formatShareBare, isNumber } from "./format.ts";
import { formatFigure } from "./journey.ts";
import type { Reasons } from "./journey_table.ts";
import { cellContent, makeTable } from "./table.ts";

const KIND_OF: Partial<Record<StepFigure, FigureKind>> = {
  rate: "share", step_rate: "share", median_seconds: "seconds", p90_seconds: "seconds", value: "money",
};

const COLUMNS: { field: StepFigure; head: string; ends?: [StepFigure, StepFigure] }[] = [
  { field: "journeys", head: "journeys" },
  { field: "rate", head: "of first step", ends: ["rate_low", "rate_high"] },
  { field: "step_rate", head: "of step before", ends: ["step_rate_low", "step_rate_high"] },
  { field: "lost", head: "lost" },
  { field: "immature", head: "not matured" },
  { field: "median_seconds", head: "median time" },
  { field: "p90_seconds", head: "p90 time" },
  { field: "value", head: "value" },
];

export function stepFigure(step: Step, field: StepFigure, currency: string | null): Figure | null {
  const value = step[field];
  if (!isNumber(value)) return null;
  const kind = KIND_OF[field] ?? "count";
  const figure: Figure = { at: `funnel:${step.at}/${field}`, value, kind, text: formatFigure(value, kind, currency) };
  const words = funnelDefinitions()[field]?.words;
  if (words) figure.how = `${step.name}. ${words}`;
  return figure;
}

function end(step: Step, field: StepFigure): Figure | null {
  const value = step[field];
  return isNumber(value) ? { at: `funnel:${step.at}/${field}`, value, kind: "share", text: formatShareBare(value) } : null;
}

export function makeFunnelTable(funnel: Funnel, currency: string | null, reasons: Reasons): HTMLElement {
  const grouped = funnel.groups.some((group) => group.group !== null);
  const all = funnel.groups.flatMap((group) => group.steps);
  const shown = COLUMNS.filter(({ field }) => all.some((step) => isNumber(step[field])));
  const definitions = funnelDefinitions();
  const columns = [
    ...(grouped ? [{ head: "group" }] : []), { head: "step" },
    ...shown.map(({ field, head }) => ({ head, number: true, how: definitions[field]?.words })),
  ];
  const rows: Content[][] = funnel.groups.flatMap((group) => group.steps.map((step, at): Content[] => [
    ...(grouped ? [at === 0 ? (group.group ?? "") : html("span", { class: "unseen" }, group.group ?? "")] : []),
    html("span", {}, `${at + 1}. ${step.name}`, step.small && html("span", { class: "interval" }, " few")),
    ...shown.map(({ field, ends }): Content => {
      const figure = stepFigure(step, field, currency);
      if (!figure) return cellContent(null, reasons(`${step.at}/${field}`));
      const cell = html("span", {}, figureSpan(figure));
      const [low, high] = ends ? [end(step, ends[0]), end(step, ends[1])] : [null, null];
      if (low && high) cell.append(html("span", { class: "interval" }, figureSpan(low), "–", figureSpan(high)));
      return cell;
    }),
  ]));
  return makeTable("Steps of the funnel", columns, rows);
}
