// Time lines: each leading figure of an answer over its periods, as small pictures of one size beside each other. Counts are
// bars from zero, shares and times are dots with their intervals. A part period is pale, the chosen one is framed.

import { formatPeriod, formatPeriodShort, type Periods } from "../answers/periods.ts";
import { figureSpan, html, svg } from "./element.ts";
import { markFigure, type Figure } from "./figure.ts";
import { formatShareBare, joinInterval } from "./format.ts";
import { formatFigure } from "./journey.ts";
import type { LeadSeries, LeadValue } from "./leads.ts";
import { roughMeasure } from "./text_measure.ts";

const HEIGHT = 96;
const TOP = 16;
const BASE = 76;
/** Between two names below an axis. */
const GAP = 8;

export const EACH: Record<Periods<unknown>["bucket"], string> = {
  day: "Day by day", week: "Week by week", month: "Month by month", quarter: "Quarter by quarter", year: "Year by year",
};

export interface TimeLines {
  element: HTMLElement;
  /** Draws for the present width; needs to stand in a page. */
  draw: () => void;
  choose: (index: number | null) => void;
}

/** A leading figure in one period, with its place among the answers. */
export function leadFigure(periods: Periods<unknown>, series: LeadSeries, index: number): Figure | null {
  const value = series.values[index];
  const period = periods.list[index];
  if (!value || !period) return null;
  const interval = value.low !== null && value.high !== null ? ` (95 % interval ${ends(value.low, value.high, series)})` : "";
  const text = formatFigure(value.value, series.kind, null);
  return {
    at: `${periods.at}/${index}/result${value.pointer}`, value: value.value, kind: series.kind, text,
    how: `${series.word}, ${formatPeriod(period, periods.bucket)}${period.part ? ` (${period.part})` : ""}: ${text}${interval}`,
  };
}

function ends(low: number, high: number, { kind }: LeadSeries): string {
  const say = (end: number): string => (kind === "share" ? formatShareBare(end) : formatFigure(end, kind, null));
  return joinInterval(say(low), say(high));
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below a value. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-12)) ?? 10;
  return step * power;
}

export function makeTimeLines(periods: Periods<unknown>, all: LeadSeries[], onChoose: (index: number) => void): TimeLines {
  let chosen: number | null = null;
  const cells = all.map((series) => {
    const value = html("span", { class: "time-line-value" });
    const picture = html("div", { class: "time-line-picture" });
    const element = html("figure", { class: "time-line" }, html("figcaption", {}, html("bdi", { class: "time-line-word" }, series.word), value), picture);
    return { series, value, picture, element };
  });
  // What is said beside the word: the chosen period, else the last whole one.
  const told = (series: LeadSeries): number => {
    if (chosen !== null) return chosen;
    const whole = periods.list.findLastIndex((period, index) => period.part === null && series.values[index]);
    return whole >= 0 ? whole : series.values.findLastIndex((value) => value !== null);
  };
  const draw = (): void => {
    for (const { series, value, picture } of cells) {
      const at = told(series);
      const figure = leadFigure(periods, series, at);
      const period = periods.list[at];
      value.replaceChildren(...(figure && period ? [figureSpan(figure), html("span", { class: "interval" }, formatPeriodShort(period, periods.bucket))] : []));
      picture.replaceChildren(drawLine(periods, series, topOf(series), picture.clientWidth, chosen, onChoose));
    }
  };
  return {
    element: html("div", { class: "time-lines" }, ...cells.map((cell) => cell.element)),
    draw,
    choose: (index) => {
      chosen = index;
      draw();
    },
  };
}

function topOf(series: LeadSeries): number {
  const top = niceTop(Math.max(0, ...series.values.map((value) => (value ? Math.max(value.value, value.high ?? value.value) : 0))));
  return series.kind === "share" ? Math.min(1, top) : top;
}

/** The picture in one spoken sentence. */
function describe(periods: Periods<unknown>, series: LeadSeries): string {
  const there = series.values.flatMap((value, index) => (value ? [{ value: value.value, index }] : []));
  const [least, most] = [there.reduce((a, b) => (b.value < a.value ? b : a)), there.reduce((a, b) => (b.value > a.value ? b : a))];
  const say = ({ value, index }: { value: number; index: number }): string => {
    const period = periods.list[index];
    return `${formatFigure(value, series.kind, null)} (${period ? formatPeriod(period, periods.bucket) : ""})`;
  };
  return `${series.word}, ${EACH[periods.bucket].toLowerCase()}: lowest ${say(least)}, highest ${say(most)}. The table below holds every figure.`;
}

function drawLine(
  periods: Periods<unknown>, series: LeadSeries, top: number, width: number, chosen: number | null, onChoose: (index: number) => void,
): SVGSVGElement {
  const count = periods.list.length;
  const slot = width / Math.max(1, count);
  const y = (value: number): number => BASE - (Math.max(0, value) / top) * (BASE - TOP);
  const picture = svg("svg", {
    class: `time-line-drawing${series.phase ? ` pg-${series.phase}` : ""}`, viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT,
    role: "img", "aria-label": describe(periods, series),
  });
  picture.append(
    svg("line", { class: "pg-rule", x1: 0, x2: width, y1: BASE + 0.5, y2: BASE + 0.5 }),
    svg("line", { class: "pg-rule", x1: 0, x2: width, y1: TOP - 0.5, y2: TOP - 0.5 }),
    svg("text", { class: "pg-tiny", x: 0, y: TOP - 5 }, formatFigure(top, series.kind, null)),
  );
  if (chosen !== null) picture.append(svg("rect", { class: "time-line-chosen", x: chosen * slot, y: TOP, width: slot, height: BASE - TOP }));
  if (series.kind === "count" || series.kind === "money") drawBars(picture, periods, series, slot, y);
  else drawDots(picture, periods, series, slot, y);
  drawAxis(picture, periods, width);
  periods.list.forEach((period, index) => {
    const figure = leadFigure(periods, series, index);
    const how = figure?.how ?? `${series.word}, ${formatPeriod(period, periods.bucket)}: not measured`;
    const hit = svg("rect", { class: "pg-hit time-line-hit", x: index * slot, y: 0, width: slot, height: HEIGHT, "data-how": how });
    hit.addEventListener("click", () => onChoose(index));
    picture.append(hit);
  });
  return picture;
}

const partClass = (part: string | null): string => (part === null ? "" : " pg-part");

function drawBars(picture: SVGElement, periods: Periods<unknown>, series: LeadSeries, slot: number, y: (value: number) => number): void {
  const gap = slot >= 6 ? Math.min(8, slot * 0.25) : slot >= 3 ? 1 : 0;
  series.values.forEach((value, index) => {
    const figure = leadFigure(periods, series, index);
    if (!value || !figure || value.value <= 0) return;
    const high = Math.max(1, BASE - y(value.value));
    const bar = svg("rect", { class: `time-bar${partClass(periods.list[index]?.part ?? null)}`, x: index * slot + gap / 2, y: BASE - high, width: Math.max(0.5, slot - gap), height: high });
    markFigure(bar, figure);
    picture.append(bar);
  });
}

function drawDots(picture: SVGElement, periods: Periods<unknown>, series: LeadSeries, slot: number, y: (value: number) => number): void {
  const x = (index: number): number => (index + 0.5) * slot;
  const whiskers = svg("g");
  const dots = svg("g");
  let path = "";
  let before: LeadValue | null = null;
  series.values.forEach((value, index) => {
    const figure = leadFigure(periods, series, index);
    if (value && figure) {
      path += `${before ? "L" : "M"}${x(index)},${y(value.value)}`;
      const part = partClass(periods.list[index]?.part ?? null);
      if (value.low !== null && value.high !== null) whiskers.append(svg("path", { class: `time-whisker${part}`, d: `M${x(index)},${y(value.low)}V${y(value.high)}` }));
      const dot = svg("circle", { class: `time-dot${part}`, cx: x(index), cy: y(value.value), r: Math.max(1, Math.min(3, slot / 3)) });
      markFigure(dot, figure);
      dots.append(dot);
    }
    before = value;
  });
  picture.append(whiskers, svg("path", { class: "time-path", d: path }), dots);
}

export interface AxisLabel {
  index: number;
  text: string;
  left: number;
  right: number;
}

/** The names of the first and the last period, and of as many between as have room, none over another. */
export function axisLabels(names: string[], width: number, measure: (text: string) => number): AxisLabel[] {
  const slot = width / Math.max(1, names.length);
  const place = (index: number): AxisLabel => {
    const text = names[index] ?? "";
    const size = measure(text);
    const left = Math.max(0, index === names.length - 1 ? width - size : (index + 0.5) * slot - size / 2);
    return { index, text, left, right: index === names.length - 1 ? width : left + size };
  };
  const first = place(0);
  if (names.length < 2) return [first];
  const last = place(names.length - 1);
  if (first.right + GAP > last.left) return [last];
  const every = Math.max(1, Math.ceil((first.right - first.left + GAP) / slot));
  const placed = [first];
  for (let index = every; index < names.length - 1; index += every) {
    const label = place(index);
    if (label.left >= (placed.at(-1)?.right ?? 0) + GAP && label.right + GAP <= last.left) placed.push(label);
  }
  return [...placed, last];
}

function drawAxis(picture: SVGElement, periods: Periods<unknown>, width: number): void {
  const names = periods.list.map((period) => formatPeriodShort(period, periods.bucket));
  for (const { text, left, right } of axisLabels(names, width, (name) => roughMeasure(name, 11))) {
    const at = right >= width ? { x: width, "text-anchor": "end" } : { x: left };
    picture.append(svg("text", { class: "pg-tiny", y: BASE + 15, ...at }, text));
  }
}
