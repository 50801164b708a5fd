// The answer of the analysis "funnel": how many journeys got how far through given steps.

import { Reader, type Json } from "./reading.ts";

export const STEP_FIGURES = [
  "journeys", "rate", "rate_low", "rate_high", "step_rate", "step_rate_low", "step_rate_high",
  "lost", "immature", "median_seconds", "p90_seconds", "value",
] as const;
export type StepFigure = (typeof STEP_FIGURES)[number];

export interface Step extends Record<StepFigure, number | null> {
  at: string;
  name: string;
  small: boolean;
}

export interface FunnelGroup {
  group: string | null;
  steps: Step[];
}

export interface Funnel {
  groups: FunnelGroup[];
}

function readSteps(reader: Reader, holder: Json, pointer: string, place: string): Step[] {
  return reader.rows(holder, "steps", place).map(({ index, row }) => {
    const where = `${place}.steps[${index}]`;
    return {
      at: `${pointer}/steps/${index}`,
      name: reader.text(row, "name", where) ?? `Step ${index + 1}`,
      small: row["small"] === true,
      ...reader.numbers(row, STEP_FIGURES, where),
    };
  });
}

export function readFunnel(result: Json, reader: Reader): Funnel {
  if (!Array.isArray(result["groups"])) return { groups: [{ group: null, steps: readSteps(reader, result, "", "") }] };
  const groups = reader.rows(result, "groups", "").map(({ index, row }): FunnelGroup => {
    const place = `.groups[${index}]`;
    const inner = reader.object(row["result"], `${place}.result`);
    const name = row["group"];
    return {
      group: typeof name === "string" ? name : name === null || name === undefined ? "(none)" : JSON.stringify(name),
      steps: inner
        ? readSteps(reader, inner, `/groups/${index}/result`, `${place}.result`)
        : readSteps(reader, row, `/groups/${index}`, place),
    };
  });
  return { groups };
}
