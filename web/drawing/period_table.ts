// Periods as a table, the accessible equal of their time lines: a row for each, a column for each leading figure.

import { formatPeriod, type Periods } from "../answers/periods.ts";
import { figureSpan, html, type Content } from "./element.ts";
import { formatFigure } from "./journey.ts";
import { formatShareBare, joinInterval } from "./format.ts";
import type { LeadSeries } from "./leads.ts";
import { cellContent, longTable } from "./table.ts";
import { EACH, leadFigure } from "./time_lines.ts";

const FIRST = 12;

export function makePeriodTable(title: string, periods: Periods<unknown>, all: LeadSeries[]): HTMLElement {
  const columns = [{ head: periods.bucket }, ...all.map(({ word }) => ({ head: word, number: true }))];
  return longTable(`${title}, ${EACH[periods.bucket].toLowerCase()}`, columns, periods.list.map((period, index) => () => [
    html("span", {}, formatPeriod(period, periods.bucket), period.part !== null && html("span", { class: "interval" }, ` ${period.part}`)),
    ...all.map((series): Content => cell(periods, series, index)),
  ]), FIRST);
}

function cell(periods: Periods<unknown>, series: LeadSeries, index: number): Content {
  const figure = leadFigure(periods, series, index);
  const value = series.values[index];
  if (!figure || !value) return cellContent(null, periods.reason(`/slices/${index}/result${series.pointers[index]}`));
  if (value.low === null || value.high === null) return figureSpan(figure);
  const end = (field: "low" | "high"): Content => {
    const number = value[field];
    return number === null ? null : figureSpan({
      at: `${figure.at}_${field}`, value: number, kind: series.kind, text: series.kind === "share" ? formatShareBare(number) : formatFigure(number, series.kind, null),
    });
  };
  const text = joinInterval(formatFigure(value.low, series.kind, null), "");
  return html("span", {}, figureSpan(figure), html("span", { class: "interval" }, end("low"), text.endsWith("to ") ? " to " : "–", end("high")));
}
