// A Journey is the answer "stages" made ready for drawing: runs of phases, forward and backward moves, and each figure with its origin.

import type { Phase, PhaseRow, Stage, StageFigure, Stages, Move } from "../answers/stages.ts";
import { stageDefinitions, type Definition } from "./definitions.ts";
import type { Figure, FigureKind } from "./figure.ts";
import { formatCount, formatDays, formatMoney, formatScore, formatShare, formatShareBare, isNumber, joinInterval } from "./format.ts";

/** Stages beside each other that belong to one phase. */
export interface Run {
  phase: Phase;
  first: number;
  last: number;
}

export interface Flow {
  move: Move;
  from: number;
  to: number;
  journeys: number;
}

/** The low and high end of an interval as two figures. */
export interface Interval {
  low: Figure;
  high: Figure;
  joint: string;
}

export interface Journey {
  stages: Stage[];
  runs: Run[];
  forward: Flow[];
  back: Flow[];
  currency: string | null;
  definitions: Record<string, Definition>;
  /** Index of the last buyer stage before the first customer stage; null if the journey has no handoff. */
  handoffAfter: number | null;
  source: Stages;
}

export const PHASE_TITLES: Record<Phase, string> = { buyer: "Buyer journey", customer: "Customer journey" };

export function makeJourney(source: Stages): Journey {
  const runs: Run[] = [];
  source.stages.forEach((stage, index) => {
    const run = runs.at(-1);
    if (run && run.phase === stage.phase) run.last = index;
    else runs.push({ phase: stage.phase, first: index, last: index });
  });
  const order = new Map(source.stages.map((stage, index) => [stage.stage, index]));
  const flows: Flow[] = [];
  for (const move of source.moves) {
    const from = order.get(move.source);
    const to = order.get(move.target);
    if (from === undefined || to === undefined || from === to || !isNumber(move.journeys) || move.journeys <= 0) continue;
    flows.push({ move, from, to, journeys: move.journeys });
  }
  const crossing = source.stages.findIndex((stage, index) => stage.phase === "customer" && source.stages[index - 1]?.phase === "buyer");
  return {
    stages: source.stages,
    runs,
    forward: flows.filter((flow) => flow.to > flow.from),
    back: flows.filter((flow) => flow.to < flow.from),
    currency: source.currency,
    definitions: stageDefinitions(source.idle_days),
    handoffAfter: crossing > 0 ? crossing - 1 : null,
    source,
  };
}

/** True if nobody entered any stage, so that there is nothing to draw. */
export function isEmpty(journey: Journey): boolean {
  return journey.stages.every((stage) => !isNumber(stage.entered) || stage.entered === 0);
}

const KIND_OF: Partial<Record<StageFigure, FigureKind>> = {
  conversion: "share", conversion_low: "share", conversion_high: "share",
  median_days: "days", p90_days: "days", value: "money",
  nps: "score", nps_low: "score", nps_high: "score",
  csat: "share", csat_low: "share", csat_high: "share",
};

const DEFINED_AS: Partial<Record<StageFigure, string>> = {
  conversion_low: "interval", conversion_high: "interval", p90_days: "median_days",
  nps_low: "nps", nps_high: "nps", nps_responses: "nps", csat_low: "csat", csat_high: "csat", csat_responses: "csat",
};

export function formatFigure(value: number, kind: FigureKind, currency: string | null): string {
  switch (kind) {
    case "count": return formatCount(value);
    case "share": return formatShare(value);
    case "days": return formatDays(value);
    case "seconds": return formatDays(value / 86400);
    case "score": return formatScore(value);
    case "money": return formatMoney(value, currency);
  }
}

/** A figure of a stage, or null where it was not measured. */
export function stageFigure(journey: Journey, stage: Stage, field: StageFigure): Figure | null {
  const value = stage[field];
  if (!isNumber(value)) return null;
  const kind = KIND_OF[field] ?? "count";
  const definition = journey.definitions[DEFINED_AS[field] ?? field];
  const figure: Figure = {
    at: `stages:${stage.at}/${field}`, value, kind, text: formatFigure(value, kind, journey.currency),
  };
  if (definition) figure.how = `${stage.stage}, ${definition.word}. ${definition.words}`;
  return figure;
}

function bare(figure: Figure): Figure {
  return figure.kind === "share" ? { ...figure, text: formatShareBare(figure.value) } : figure;
}

export function stageInterval(journey: Journey, stage: Stage, field: "conversion" | "nps" | "csat"): Interval | null {
  const low = stageFigure(journey, stage, `${field}_low`);
  const high = stageFigure(journey, stage, `${field}_high`);
  if (!low || !high) return null;
  const ends = { low: bare(low), high: bare(high) };
  return { ...ends, joint: joinInterval(ends.low.text, ends.high.text).slice(ends.low.text.length, -ends.high.text.length) };
}

/** Journeys of a move as a count. */
export function moveCount(journey: Journey, flow: Flow): Figure {
  const how = `${flow.move.source} → ${flow.move.target}: ${formatCount(flow.journeys)} journeys went straight from the one to the other` +
    (isNumber(flow.move.median_days) ? `, median ${formatDays(flow.move.median_days)}.` : ".");
  return { at: `stages:${flow.move.at}/journeys`, value: flow.journeys, kind: "count", text: formatCount(flow.journeys), how: how + wordsOf(journey, "moves") };
}

function wordsOf(journey: Journey, name: string): string {
  const definition = journey.definitions[name];
  return definition ? ` ${definition.words}` : "";
}

/** A move as a share of those who entered the stage it leaves; null if that is not known. */
export function moveShare(journey: Journey, flow: Flow): Figure | null {
  const stage = journey.stages[flow.from];
  const count = moveCount(journey, flow);
  if (!stage || !isNumber(stage.entered) || stage.entered <= 0) return null;
  const share = flow.journeys / stage.entered;
  return {
    ...count, kind: "share", of: `stages:${stage.at}/entered`, text: shortShare(share),
    how: `${flow.move.source} → ${flow.move.target}: ${formatCount(flow.journeys)} of ${formatCount(stage.entered)} who entered ${flow.move.source} went back.`,
  };
}

/** A share where space is short: whole percents from 10 % on. */
function shortShare(share: number): string {
  return share >= 0.0995 ? `${Math.round(share * 100)}\u00a0%` : formatShare(share);
}

export function phaseRow(journey: Journey, phase: Phase): PhaseRow | null {
  return journey.source.phases.find((row) => row.phase === phase) ?? null;
}

export function phaseFigure(journey: Journey, row: PhaseRow, field: "entered" | "moved_on" | "value"): Figure | null {
  const value = row[field];
  if (!isNumber(value)) return null;
  const kind: FigureKind = field === "value" ? "money" : "count";
  const words = {
    entered: "Journeys that entered any stage of this phase.",
    moved_on: "Journeys that went on from this phase to the next.",
    value: "Money of the events inside the stays in this phase.",
  }[field];
  return { at: `stages:${row.at}/${field}`, value, kind, text: formatFigure(value, kind, journey.currency), how: `${PHASE_TITLES[row.phase]}. ${words}` };
}

export interface Handoff {
  /** Share of the buyer phase that crossed, where both ends are known. */
  share: Figure | null;
  /** People who crossed, where known. */
  buyers: Figure | null;
  /** True when the share is of those only who have had their time. */
  matured: boolean;
}

export function makeHandoff(journey: Journey): Handoff | null {
  if (journey.handoffAfter === null) return null;
  const { buyers, crossed, matured, conversion } = journey.source.handoff;
  const row = phaseRow(journey, "buyer");
  const words = wordsOf(journey, "handoff").trim();
  const count = (at: string, value: number | null): Figure | null =>
    isNumber(value) ? { at, value, kind: "count", text: formatCount(value), how: words } : null;
  const over = count("stages:/handoff/crossed", crossed) ?? (row ? count(`stages:${row.at}/moved_on`, row.moved_on) : null);
  const bought = count("stages:/handoff/buyers", buyers);
  if (isNumber(matured) && !isNumber(conversion)) return bought ? { share: null, buyers: bought, matured: true } : null; // nobody has had the time yet
  if (isNumber(conversion) && isNumber(matured) && isNumber(crossed)) {
    const how = `${formatCount(crossed)} of ${formatCount(matured)} people in the buyer journey who have had their time bought. ${words}`;
    const share: Figure = { at: "stages:/handoff/conversion", value: conversion, kind: "share", text: shortShare(conversion), how };
    return { buyers: bought, share, matured: true };
  }
  if (!over) return bought ? { share: null, buyers: bought, matured: false } : null;
  if (!row || !isNumber(row.entered) || row.entered <= 0 || over.value > row.entered) return { share: null, buyers: over, matured: false };
  const share = over.value / row.entered;
  return {
    buyers: over,
    matured: false,
    share: {
      ...over, kind: "share", of: `stages:${row.at}/entered`, text: shortShare(share),
      how: `${formatCount(over.value)} of ${formatCount(row.entered)} people in the buyer journey crossed. ${words}`,
    },
  };
}
