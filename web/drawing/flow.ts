// The flow of a journey: how thick each stage is drawn, and which part of it each ribbon takes. Free of x and y:
// the columns of a wide page and the rows of a phone use the same numbers.

import { isNumber } from "./format.ts";
import type { Flow, Journey } from "./journey.ts";

/** A part of a stage's thickness, measured from its middle. */
export interface Span {
  start: number;
  end: number;
}

export interface Ribbon {
  flow: Flow;
  leaves: Span;
  arrives: Span;
  /** True where it jumps over at least one stage. */
  skips: boolean;
}

/**
 * Thickness of each stage: it grows with the square root of the journeys that entered, so that the last stages of a
 * long journey stay visible. At least 3 pixels where somebody entered, 0 where nobody did or it was not measured.
 */
export function thicknesses(journey: Journey, largest: number): number[] {
  const entered = journey.stages.map((stage) => (isNumber(stage.entered) ? Math.max(0, stage.entered) : 0));
  const most = Math.max(1, ...entered);
  return entered.map((count) => (count === 0 ? 0 : Math.max(3, Math.sqrt(count / most) * largest)));
}

/** Ribbons leave and arrive with their share of the stage's thickness, the longest jumps outermost. */
export function makeRibbons(journey: Journey, thickness: number[]): Ribbon[] {
  const leaves = stack(journey, thickness, "from");
  const arrives = stack(journey, thickness, "to");
  const ribbons: Ribbon[] = [];
  for (const flow of journey.forward) {
    const out = leaves.get(flow);
    const into = arrives.get(flow);
    if (out && into) ribbons.push({ flow, leaves: out, arrives: into, skips: flow.to - flow.from > 1 });
  }
  return ribbons.sort((a, b) => Number(b.skips) - Number(a.skips));
}

function stack(journey: Journey, thickness: number[], end: "from" | "to"): Map<Flow, Span> {
  const spans = new Map<Flow, Span>();
  journey.stages.forEach((stage, index) => {
    const flows = journey.forward.filter((flow) => flow[end] === index).sort((a, b) => b.to - b.from - (a.to - a.from));
    const size = thickness[index] ?? 0;
    const total = flows.reduce((sum, flow) => sum + flow.journeys, 0);
    const whole = Math.max(total, stage.entered ?? 0);
    if (whole === 0 || size === 0) return;
    let start = (-size * total) / whole / 2;
    for (const flow of flows) {
      const extent = (size * flow.journeys) / whole;
      spans.set(flow, { start, end: start + extent });
      start += extent;
    }
  });
  return spans;
}

export interface Arc {
  flow: Flow;
  /** 0 is nearest to the stages; arcs that overlap get different levels. */
  level: number;
}

/** The moves back worth drawing: at least 2 % of those who entered the stage they leave, the largest `most` of them. */
export function makeArcs(journey: Journey, most: number): Arc[] {
  const worth = journey.back
    .filter((flow) => flow.journeys >= 0.02 * (journey.stages[flow.from]?.entered ?? Infinity))
    .sort((a, b) => b.journeys - a.journeys)
    .slice(0, most)
    .sort((a, b) => a.from - a.to - (b.from - b.to) || a.to - b.to);
  const arcs: Arc[] = [];
  for (const flow of worth) {
    let level = 0;
    while (arcs.some((arc) => arc.level === level && arc.flow.to < flow.from && flow.to < arc.flow.from)) level += 1;
    arcs.push({ flow, level });
  }
  return arcs;
}

/** Width in pixels of the stroke that stands for lost journeys, on the scale of the stage they are lost from. */
export function lossWidth(lost: number, entered: number | null, thickness: number): number {
  if (!entered || lost <= 0) return 0;
  return Math.min(12, Math.max(1.5, (thickness * Math.min(1, lost / entered)) / 6));
}
