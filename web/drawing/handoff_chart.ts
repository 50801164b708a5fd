// Time to value: how many buyers came to it how long after the purchase, with the median.

import type { Handoff, TimeBin } from "../answers/handoff.ts";
import { handoffFigure } from "./handoff_tables.ts";
import { figureTspan, svg } from "./element.ts";
import { markFigure } from "./figure.ts";
import { formatCount, formatDays } from "./format.ts";
import { roughMeasure } from "./text_measure.ts";
import { niceTop } from "./time_lines.ts";

const HEIGHT = 220;
const TOP = 36;
const BASE = 190;
const NOTE = 11;

/** "3 d – 4 d", "up to 1 d". */
export const sayBin = ({ from_days, to_days }: TimeBin): string =>
  from_days === 0 ? `up to ${formatDays(to_days)}` : `${formatDays(from_days)} – ${formatDays(to_days)}`;

/** The last bin that anything is drawn for: an empty end says nothing but takes the room. */
export function binsDrawn(bins: TimeBin[]): TimeBin[] {
  const last = bins.findLastIndex((bin) => bin.buyers > 0);
  return bins.slice(0, Math.max(last + 1, Math.min(7, bins.length)));
}

/** Draws into the container for its present width. */
export function drawTimeToValue(handoff: Handoff, container: HTMLElement): void {
  const bins = binsDrawn(handoff.histogram);
  const width = Math.max(160, container.clientWidth);
  const most = Math.max(0, ...bins.map((bin) => bin.buyers));
  const top = niceTop(most);
  const left = roughMeasure(formatCount(top), NOTE) + 12;
  const length = bins.at(-1)?.to_days ?? 1;
  const x = (days: number): number => left + (days / length) * (width - left);
  const y = (buyers: number): number => BASE - (buyers / top) * (BASE - TOP);
  const picture = svg("svg", {
    class: "pg-drawing", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img",
    "aria-label": `Time from the purchase to value: buyers by days. The most in one part are ${formatCount(most)}. The table below holds every figure.`,
  });
  for (const value of [0, top]) {
    picture.append(
      svg("line", { class: "pg-rule", x1: left, x2: width, y1: y(value) + 0.5, y2: y(value) + 0.5 }),
      svg("text", { class: "pg-tiny", x: left - 6, y: y(value) + 4, "text-anchor": "end" }, formatCount(value)),
    );
  }
  const bars = svg("g", { class: "pg-customer" });
  for (const bin of bins) {
    const figure = handoffFigure(`${bin.at}/buyers`, bin.buyers, "count", null);
    if (!figure || bin.buyers <= 0) continue;
    const slot = x(bin.to_days) - x(bin.from_days);
    const gap = slot >= 6 ? 2 : 0.5;
    const high = Math.max(1, BASE - y(bin.buyers));
    const bar = svg("rect", { class: "pg-block", x: x(bin.from_days) + gap / 2, y: BASE - high, width: Math.max(0.5, slot - gap), height: high });
    markFigure(bar, { ...figure, how: `After ${sayBin(bin)}: ${figure.text} ${bin.buyers === 1 ? "buyer" : "buyers"} first reached value.` });
    bars.append(bar);
  }
  picture.append(bars, drawMedian(handoff, x, width));
  drawAxis(picture, bins, x, width);
  container.replaceChildren(picture);
}

function drawMedian(handoff: Handoff, x: (days: number) => number, width: number): SVGElement {
  const group = svg("g");
  const median = handoffFigure("/summary/median_days_to_value", handoff.median_days_to_value, "days", null);
  if (!median) return group;
  const at = Math.min(x(median.value), width);
  const words = "median ";
  const after = at + 6 + roughMeasure(words + median.text, 12) <= width;
  group.append(
    svg("line", { class: "pg-back", x1: at, x2: at, y1: TOP - 12, y2: BASE }),
    svg("text", { class: "pg-note", x: after ? at + 6 : at - 6, y: TOP - 8, "text-anchor": after ? "start" : "end" }, words, figureTspan(median)),
  );
  return group;
}

function drawAxis(picture: SVGElement, bins: TimeBin[], x: (days: number) => number, width: number): void {
  let free = Number.NEGATIVE_INFINITY;
  const borders = [...bins.map((bin) => bin.from_days), bins.at(-1)?.to_days ?? 0];
  const every = Math.max(1, Math.round(borders.length / 6));
  borders.forEach((days, index) => {
    if (index % every !== 0) return;
    const text = days === 0 ? "0" : formatDays(days);
    const size = roughMeasure(text, NOTE);
    const start = Math.min(Math.max(x(days) - size / 2, 0), width - size);
    if (start < free) return;
    free = start + size + 8;
    picture.append(svg("text", { class: "pg-tiny", x: start, y: BASE + 16 }, text));
  });
}
