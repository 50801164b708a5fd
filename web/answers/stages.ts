// The answer of the analysis "stages": stays in the stages of a framework and the moves between them.

import { Reader, type Json } from "./reading.ts";

export const STAGE_FIGURES = [
  "entered", "now", "moved_on", "went_back", "skipped", "lost", "immature",
  "conversion", "conversion_low", "conversion_high", "median_days", "p90_days", "reentries", "value",
  "nps", "nps_low", "nps_high", "nps_responses", "csat", "csat_low", "csat_high", "csat_responses",
] as const;
export type StageFigure = (typeof STAGE_FIGURES)[number];

export type Phase = "buyer" | "customer";

export interface Stage extends Record<StageFigure, number | null> {
  at: string;
  stage: string;
  phase: Phase;
  small: boolean;
}

export interface PhaseRow {
  at: string;
  phase: Phase;
  entered: number | null;
  moved_on: number | null;
  value: number | null;
}

export interface Move {
  at: string;
  source: string;
  target: string;
  journeys: number | null;
  median_days: number | null;
}

export interface KindRow {
  at: string;
  stage: string;
  kind: string;
  journeys: number;
}

export interface Stages {
  framework: string;
  idle_days: number | null;
  currency: string | null;
  stages: Stage[];
  phases: PhaseRow[];
  moves: Move[];
  kinds: KindRow[];
  handoff: { buyers: number | null; crossed: number | null; matured: number | null; conversion: number | null };
}

function readPhase(reader: Reader, row: Json, place: string, fallback: Phase): Phase {
  const phase = reader.text(row, "phase", place);
  if (phase === "buyer" || phase === "customer") return phase;
  if (phase !== null) reader.problem(`${place}.phase`, `must be buyer or customer (got "${phase}")`);
  return fallback;
}

export function readStages(result: Json, reader: Reader): Stages {
  const stages: Stage[] = [];
  for (const { index, row } of reader.rows(result, "stages", "")) {
    const place = `.stages[${index}]`;
    const name = reader.text(row, "stage", place);
    if (name === null) {
      reader.problem(`${place}.stage`, "is missing (a stage needs a name)");
      continue;
    }
    stages.push({
      at: `/stages/${index}`,
      stage: name,
      phase: readPhase(reader, row, place, stages.at(-1)?.phase ?? "buyer"),
      small: row["small"] === true,
      ...reader.numbers(row, STAGE_FIGURES, place),
    });
  }
  const phases = reader.rows(result, "phases", "").map(({ index, row }): PhaseRow => {
    const place = `.phases[${index}]`;
    return {
      at: `/phases/${index}`,
      phase: readPhase(reader, row, place, index === 0 ? "buyer" : "customer"),
      ...reader.numbers(row, ["entered", "moved_on", "value"] as const, place),
    };
  });
  const moves: Move[] = [];
  for (const { index, row } of reader.rows(result, "moves", "")) {
    const place = `.moves[${index}]`;
    const source = reader.text(row, "source", place);
    const target = reader.text(row, "target", place);
    if (source === null || target === null) continue;
    moves.push({
      at: `/moves/${index}`, source, target, ...reader.numbers(row, ["journeys", "median_days"] as const, place),
    });
  }
  const kinds: KindRow[] = [];
  for (const { index, row } of reader.rows(result, "kinds", "")) {
    const place = `.kinds[${index}]`;
    const stage = reader.text(row, "stage", place);
    const kind = reader.text(row, "kind", place);
    const journeys = reader.number(row, "journeys", place);
    if (stage !== null && kind !== null && journeys !== null) kinds.push({ at: `/kinds/${index}`, stage, kind, journeys });
  }
  const handoff = reader.object(result["handoff"], ".handoff") ?? {};
  return {
    framework: reader.text(result, "framework_title", "") ?? reader.text(result, "framework", "") ?? "",
    idle_days: reader.number(result, "idle_days", ""),
    currency: reader.text(result, "currency", ""),
    stages,
    phases,
    moves,
    kinds,
    handoff: reader.numbers(handoff, ["buyers", "crossed", "matured", "conversion"] as const, ".handoff"),
  };
}
