// Where everything of a journey stands when its stages are columns: plain numbers, worked out without a browser.

import { makeArcs, makeRibbons, thicknesses, type Arc, type Ribbon } from "./flow.ts";
import { formatDays, formatShare, isNumber } from "./format.ts";
import type { Stage } from "../answers/stages.ts";
import { isEmpty, stageFigure, type Journey, type Run } from "./journey.ts";
import { KINDS } from "./kinds.ts";
import { wrap, type Measure } from "./text_measure.ts";

export const PAD = 12;
const GAP = 20;
const HANDOFF_GAP = 92;
const RUN_GAP = 32;
const GUTTER = 144;
const NARROWEST = 96;
const THICKEST = 104;
export const LANE = 30;

export interface Column {
  x: number;
  width: number;
  middle: number;
  title: string[];
}

export interface Band {
  run: Run;
  x: number;
  width: number;
}

export type Fact = "lost" | "immature" | "now";

export interface ColumnLayout {
  width: number;
  gutter: number;
  titleSize: number;
  columns: Column[];
  bands: Band[];
  /** Middle of the gap in which the handoff stands; null without one. */
  handoffX: number | null;
  thickness: number[];
  ribbons: Ribbon[];
  arcs: Arc[];
  facts: Fact[];
  kinds: string[];
  scores: ("nps" | "csat")[];
  stayAndConversionShareALine: boolean;
  scoreAndMoneyShareALine: boolean;
  phaseNoteBelow: boolean;
  y: {
    phase: number; phaseNote: number; title: number; stay: number; conversion: number; bar: number; interval: number;
    arcs: number; flow: number; middle: number; facts: number; money: number; bandEnd: number; lanes: number; scores: number; end: number;
  };
}

export const TITLE_LINE = 19;
export const FACT_LINE = 17;
export const ARC_LEVEL = 24;
export const SCORE_PANEL = 112;

/** The kinds that occur, in the order of their lanes; unknown kinds come last. */
export function occurringKinds(journey: Journey): string[] {
  const found = new Set(journey.source.kinds.filter((row) => row.journeys > 0).map((row) => row.kind));
  const known = KINDS.map((kind) => kind.kind).filter((kind) => found.has(kind));
  return [...known, ...[...found].filter((kind) => !known.includes(kind)).sort()];
}

export function occurringScores(journey: Journey): ("nps" | "csat")[] {
  return (["nps", "csat"] as const).filter((score) => journey.stages.some((stage) => isNumber(stage[score])));
}

export function occurringFacts(journey: Journey): Fact[] {
  return (["lost", "immature", "now"] as const).filter((fact) => journey.stages.some((stage) => (stage[fact] ?? 0) > 0));
}

function gapsBefore(journey: Journey): number[] {
  return journey.stages.map((stage, index) => {
    const before = journey.stages[index - 1];
    if (!before) return 0;
    if (before.phase === stage.phase) return GAP;
    return 2 * PAD + (journey.handoffAfter === index - 1 ? HANDOFF_GAP : RUN_GAP);
  });
}

function columnWidth(journey: Journey, width: number, gutter: number): number {
  const gaps = gapsBefore(journey).reduce((sum, gap) => sum + gap, 0);
  return (width - gutter - 2 * PAD - gaps) / Math.max(1, journey.stages.length);
}

function gutterOf(journey: Journey): number {
  return occurringKinds(journey).length > 0 || occurringScores(journey).length > 0 ? GUTTER : 0;
}

/** The smallest width at which the stages can be drawn as columns. */
export function narrowestColumns(journey: Journey): number {
  const gutter = gutterOf(journey);
  return Math.max(560, -columnWidth(journey, 0, gutter) * Math.max(1, journey.stages.length) + NARROWEST * journey.stages.length);
}

/** True if the columns are wide enough to read at this width; else the stages are drawn as rows. */
export function columnsFit(journey: Journey, width: number): boolean {
  return width >= narrowestColumns(journey);
}

/** The largest size at which no single word of a title has to be cut. */
function titleSizeFor(journey: Journey, width: number, measure: Measure): number {
  const words = journey.stages.flatMap((stage) => stage.stage.split(/\s+/));
  return [15, 14, 13].find((size) => words.every((word) => measure(word, size, 600) <= width)) ?? 13;
}

function scoreAndMoneyWidth(journey: Journey, stage: Stage, measure: Measure): number {
  const score = stageFigure(journey, stage, "nps") ?? stageFigure(journey, stage, "csat");
  const value = stageFigure(journey, stage, "value");
  if (!score || !value || value.value <= 0) return 0;
  return measure(`CSAT ${score.text}`, 12, 500) + measure(value.text, 12, 500) + 8;
}

export function layoutColumns(journey: Journey, width: number, measure: Measure, noteWidth: (run: Run) => number): ColumnLayout {
  const gutter = gutterOf(journey);
  const wide = columnWidth(journey, width, gutter);
  const gaps = gapsBefore(journey);
  const titleSize = titleSizeFor(journey, wide, measure);
  let x = gutter + PAD;
  const columns = journey.stages.map((stage, index): Column => {
    x += gaps[index] ?? 0;
    const column = {
      x, width: wide, middle: x + wide / 2,
      title: wrap(stage.stage, wide, 3, (text) => measure(text, titleSize, 600)),
    };
    x += wide;
    return column;
  });
  const edge = (index: number): Column => columns[index] as Column;
  const bands = journey.runs.map((run): Band => {
    const start = edge(run.first).x - PAD;
    return { run, x: start, width: edge(run.last).x + wide + PAD - start };
  });
  const thickness = thicknesses(journey, THICKEST);
  const arcs = isEmpty(journey) ? [] : makeArcs(journey, 8);
  const phaseNoteBelow = bands.some(
    (band) => measure("Customer journey", 13, 600) + noteWidth(band.run) + 2 * PAD + 16 > band.width,
  );
  const share = journey.stages.every((stage) => {
    const stay = isNumber(stage.median_days) ? measure(`median ${formatDays(stage.median_days)}`, 12) : 0;
    const conversion = isNumber(stage.conversion) ? measure(formatShare(stage.conversion), 14, 600) : 0;
    return stay + conversion + 6 <= wide;
  });
  const lines = Math.max(1, ...columns.map((column) => column.title.length));
  const levels = arcs.length === 0 ? 0 : Math.max(...arcs.map((arc) => arc.level)) + 1;
  const facts = occurringFacts(journey);
  const kinds = occurringKinds(journey);
  const scores = occurringScores(journey);
  const title = phaseNoteBelow ? 76 : 60;
  const stay = title + lines * TITLE_LINE + 2;
  const conversion = share ? stay : stay + 19;
  const bar = conversion + 10;
  const interval = bar + 20;
  const arcsTop = interval + 14;
  const flow = arcsTop + (levels > 0 ? levels * ARC_LEVEL + 20 : 8);
  const middle = flow + THICKEST / 2;
  const factsTop = flow + THICKEST + 52;
  const money = factsTop + facts.length * FACT_LINE + 8;
  const hasMoney = journey.stages.some((stage) => isNumber(stage.value) || isNumber(stage.nps) || isNumber(stage.csat));
  const scoreAndMoneyShareALine = journey.stages.every((stage) => scoreAndMoneyWidth(journey, stage, measure) <= wide);
  const nothingBelow = facts.length === 0 && !hasMoney;
  const bandEnd = nothingBelow ? flow + THICKEST + 24 : hasMoney ? money + (scoreAndMoneyShareALine ? 20 : 37) : money - 4;
  const lanes = bandEnd + 40;
  const scoresTop = kinds.length > 0 ? lanes + 24 + kinds.length * LANE + 16 : lanes;
  const end = scores.length > 0 ? scoresTop + scores.length * SCORE_PANEL + 24 : kinds.length > 0 ? scoresTop - 8 : bandEnd + 2;
  return {
    width, gutter, titleSize, columns, bands, thickness, arcs, facts, kinds, scores, phaseNoteBelow,
    handoffX: journey.handoffAfter === null ? null : (edge(journey.handoffAfter).x + wide + edge(journey.handoffAfter + 1).x) / 2,
    ribbons: makeRibbons(journey, thickness),
    stayAndConversionShareALine: share,
    scoreAndMoneyShareALine,
    y: {
      phase: 24, phaseNote: phaseNoteBelow ? 42 : 24, title, stay, conversion, bar, interval, arcs: arcsTop, flow, middle,
      facts: factsTop, money, bandEnd, lanes, scores: scoresTop, end,
    },
  };
}
