// The answer of the analysis "transitions": what follows on what, whole ways, and journeys unrolled by step.

import { Reader, type Json } from "./reading.ts";

export interface Edge {
  at: string;
  source: string;
  target: string;
  count: number | null;
  journeys: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
}

export interface Variant {
  at: string;
  variant: string;
  journeys: number | null;
  share: number | null;
  share_low: number | null;
  share_high: number | null;
}

export interface StepNode {
  at: string;
  step: number;
  name: string;
  journeys: number;
}

export interface StepEdge {
  at: string;
  step: number;
  source: string;
  target: string;
  journeys: number;
  median_seconds: number | null;
}

export interface Transitions {
  journeys: number | null;
  transitions: number | null;
  edges: Edge[];
  variants: Variant[];
  nodes: StepNode[];
  steps: StepEdge[];
}

/** Names that stand for no touchpoint. */
export const OTHER = "other";
export const END = "(end)";

export function readTransitions(result: Json, reader: Reader): Transitions {
  const steps = reader.object(result["steps"], ".steps") ?? {};
  const ends = (row: Json, place: string) => ({
    source: reader.text(row, "source", place) ?? "", target: reader.text(row, "target", place) ?? "",
  });
  return {
    ...reader.numbers(result, ["journeys", "transitions"] as const, ""),
    edges: reader.rows(result, "edges", "").map(({ index, row }) => {
      const place = `.edges[${index}]`;
      return { at: `/edges/${index}`, ...ends(row, place), ...reader.numbers(row, ["count", "journeys", "median_seconds", "p90_seconds"] as const, place) };
    }),
    variants: reader.rows(result, "variants", "").map(({ index, row }) => {
      const place = `.variants[${index}]`;
      return {
        at: `/variants/${index}`, variant: reader.text(row, "variant", place) ?? "",
        ...reader.numbers(row, ["journeys", "share", "share_low", "share_high"] as const, place),
      };
    }),
    nodes: reader.rows(steps, "nodes", ".steps").map(({ index, row }) => {
      const place = `.steps.nodes[${index}]`;
      return {
        at: `/steps/nodes/${index}`, name: reader.text(row, "name", place) ?? "",
        step: reader.number(row, "step", place) ?? 1, journeys: reader.number(row, "journeys", place) ?? 0,
      };
    }),
    steps: reader.rows(steps, "edges", ".steps").map(({ index, row }) => {
      const place = `.steps.edges[${index}]`;
      return {
        at: `/steps/edges/${index}`, ...ends(row, place), step: reader.number(row, "step", place) ?? 1,
        journeys: reader.number(row, "journeys", place) ?? 0, median_seconds: reader.number(row, "median_seconds", place),
      };
    }),
  };
}
