// How it feels: each score that was asked for as a line over the stages, with its 95 % interval and the number of answers.

import { SCORE_PANEL, type ColumnLayout } from "./column_layout.ts";
import { figureTspan, svg } from "./element.ts";
import { markFigure } from "./figure.ts";
import type { Measure } from "./text_measure.ts";
import { formatScore, formatShare, isNumber } from "./format.ts";
import { stageFigure, stageInterval, type Journey } from "./journey.ts";

export type Score = "nps" | "csat";
export const SCORE_LABELS: Record<Score, string> = { nps: "NPS", csat: "CSAT" };

/** The drawn range of a score: round, within its true range, with every interval inside; an NPS axis always holds 0. */
export function scoreRange(score: Score, values: number[]): [number, number] {
  const step = score === "nps" ? 20 : 0.1;
  const [floor, ceiling] = score === "nps" ? [-100, 100] : [0, 1];
  const all = score === "nps" ? [...values, 0] : values;
  const low = Math.max(floor, Math.floor(Math.min(...all) / step + 1e-9) * step);
  const high = Math.min(ceiling, Math.ceil(Math.max(...all) / step - 1e-9) * step);
  if (low === high) return [Math.max(floor, low - step), Math.min(ceiling, high + step)];
  return [low + 0, high + 0];
}

export function drawScores(journey: Journey, layout: ColumnLayout, measure: Measure): SVGElement {
  const group = svg("g");
  layout.scores.forEach((score, panel) => group.append(drawPanel(journey, layout, score, layout.y.scores + panel * SCORE_PANEL, panel === 0, measure)));
  return group;
}

function drawPanel(journey: Journey, layout: ColumnLayout, score: Score, top: number, first: boolean, measure: Measure): SVGElement {
  const group = svg("g");
  const measured = journey.stages.flatMap((stage, index) => {
    const figure = stageFigure(journey, stage, score);
    const column = layout.columns[index];
    return figure && column ? [{ stage, index, column, figure, interval: stageInterval(journey, stage, score), answers: stageFigure(journey, stage, `${score}_responses`) }] : [];
  });
  const values = measured.flatMap(({ figure, interval }) => [figure.value, interval?.low.value, interval?.high.value].filter(isNumber));
  const [low, high] = scoreRange(score, values);
  const upper = top + 24;
  const lower = top + SCORE_PANEL - 36;
  const y = (value: number): number => lower - ((value - low) / (high - low || 1)) * (lower - upper);
  const name = (value: number): string => (score === "csat" ? formatShare(value) : formatScore(value));
  group.append(
    svg("text", { class: "pg-lanehead", x: 0, y: top + 14 }, first ? "How it feels" : ""),
    svg("text", { class: "pg-note", x: 0, y: top + 32 }, `${SCORE_LABELS[score]}, 95 %`),
    svg("line", { class: "pg-rule", x1: layout.gutter, x2: layout.width, y1: lower, y2: lower }),
    svg("text", { class: "pg-tiny", x: layout.gutter - 8, y: lower + 4, "text-anchor": "end" }, name(low)),
    svg("text", { class: "pg-tiny", x: layout.gutter - 8, y: upper + 4, "text-anchor": "end" }, name(high)),
  );
  if (low < 0 && high > 0) group.append(svg("line", { class: "pg-rule pg-zero", x1: layout.gutter, x2: layout.width, y1: y(0), y2: y(0) }));
  measured.slice(1).forEach((next, at) => {
    const before = measured[at];
    if (!before || next.index !== before.index + 1) return;
    const [a, b] = [before.column.middle, next.column.middle];
    if (before.interval && next.interval) {
      group.append(svg("polygon", { class: "pg-confidence", points: [
        [a, y(before.interval.high.value)], [b, y(next.interval.high.value)], [b, y(next.interval.low.value)], [a, y(before.interval.low.value)],
      ].map((point) => point.join(",")).join(" ") }));
    }
    group.append(svg("line", { class: "pg-feeling", x1: a, y1: y(before.figure.value), x2: b, y2: y(next.figure.value) }));
  });
  for (const { stage, column, figure, interval, answers } of measured) {
    const x = column.middle;
    if (interval) group.append(svg("path", { class: "pg-whisker", d: `M${x},${y(interval.low.value)} V${y(interval.high.value)}` }));
    const dot = svg("circle", { class: `pg-dot pg-${stage.phase}`, cx: x, cy: y(figure.value), r: 5 });
    markFigure(dot, figure);
    const label = `${SCORE_LABELS[score]} `;
    const ends = interval ? `${interval.low.text}${interval.joint}${interval.high.text}` : "";
    // Where label and interval are wider than the column, the interval moves below the stage's number of answers.
    const beside = interval !== null && measure(label + figure.text, 12, 500) + measure(` (${ends})`, 11) <= column.width + 12;
    const words = svg("text", { class: "pg-money", x, y: y(interval?.high.value ?? figure.value) - 11, "text-anchor": "middle" }, label, figureTspan(figure));
    if (interval && beside) words.append(svg("tspan", { class: "pg-tiny" }, " (", figureTspan(interval.low), interval.joint, figureTspan(interval.high), ")"));
    if (interval && !beside) {
      group.append(svg("text", { class: "pg-tiny", x, y: lower + 32, "text-anchor": "middle" }, figureTspan(interval.low), interval.joint, figureTspan(interval.high)));
    }
    group.append(dot, words);
    if (answers) group.append(svg("text", { class: "pg-tiny", x, y: lower + 18, "text-anchor": "middle" }, figureTspan(answers), " answers"));
  }
  return group;
}
