// The answer of the analysis "transitions": what follows on what, whole ways, and journeys unrolled by step.

import { Reader, type Json } from "./reading.ts";

/** What a name stands for: itself, all names without a row of their own, or that the journey has ended. */
export type NameKind = "name" | "rest" | "end";

/** Two names are the same when both text and kind are: an event may be called "other". */
export interface Name {
  text: string;
  is: NameKind;
}

export const keyOf = ({ text, is }: Name): string => `${is} ${text}`;

export interface Edge {
  at: string;
  source: Name;
  target: Name;
  count: number | null;
  journeys: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
}

export interface Variant {
  at: string;
  variant: string;
  /** All ways without a row of their own. */
  rest: boolean;
  journeys: number | null;
  share: number | null;
  share_low: number | null;
  share_high: number | null;
}

export interface StepNode {
  at: string;
  step: number;
  name: Name;
  journeys: number;
}

export interface StepEdge {
  at: string;
  step: number;
  source: Name;
  target: Name;
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

const REST = "other";
const END = "(end)";

/** What a text may mean where its row does not say: an event may be called the same. */
interface Meanings {
  rest: boolean;
  end: boolean;
}

/** The name in a member of a row. `<member>_is` says what it stands for, `is` for the member `name`; else the text does. */
function readName(reader: Reader, row: Json, member: "name" | "source" | "target", place: string, may: Meanings): Name {
  const text = reader.text(row, member, place) ?? "";
  const is = reader.text(row, member === "name" ? "is" : `${member}_is`, place);
  if (is === "name" || is === "rest" || is === "end") return { text, is };
  return { text, is: text === END && may.end ? "end" : text === REST && may.rest ? "rest" : "name" };
}

export function readTransitions(result: Json, reader: Reader): Transitions {
  const steps = reader.object(result["steps"], ".steps") ?? {};
  // Only journeys by step have ends, and edges have a rest only where names were left out.
  const inEdges = { rest: reader.number(result, "other_names", "") !== 0, end: false };
  const inSteps = { rest: true, end: true };
  const ends = (row: Json, place: string, may: Meanings) => ({
    source: readName(reader, row, "source", place, may), target: readName(reader, row, "target", place, may),
  });
  return {
    ...reader.numbers(result, ["journeys", "transitions"] as const, ""),
    edges: reader.rows(result, "edges", "").map(({ index, row }) => {
      const place = `.edges[${index}]`;
      return { at: `/edges/${index}`, ...ends(row, place, inEdges), ...reader.numbers(row, ["count", "journeys", "median_seconds", "p90_seconds"] as const, place) };
    }),
    variants: reader.rows(result, "variants", "").map(({ index, row }) => {
      const place = `.variants[${index}]`;
      return {
        at: `/variants/${index}`, variant: reader.text(row, "variant", place) ?? "", rest: row["length"] === null,
        ...reader.numbers(row, ["journeys", "share", "share_low", "share_high"] as const, place),
      };
    }),
    nodes: reader.rows(steps, "nodes", ".steps").map(({ index, row }) => {
      const place = `.steps.nodes[${index}]`;
      return {
        at: `/steps/nodes/${index}`, name: readName(reader, row, "name", place, inSteps),
        step: reader.number(row, "step", place) ?? 1, journeys: reader.number(row, "journeys", place) ?? 0,
      };
    }),
    steps: reader.rows(steps, "edges", ".steps").map(({ index, row }) => {
      const place = `.steps.edges[${index}]`;
      return {
        at: `/steps/edges/${index}`, ...ends(row, place, inSteps), step: reader.number(row, "step", place) ?? 1,
        journeys: reader.number(row, "journeys", place) ?? 0, median_seconds: reader.number(row, "median_seconds", place),
      };
    }),
  };
}
