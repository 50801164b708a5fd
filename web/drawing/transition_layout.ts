// What the pictures of transitions show, free of pixels and of ECharts: the steps that fit a width, and the graph of the
// strongest edges with a place for each name.

import { keyOf, type Edge, type Name, type StepEdge, type StepNode, type Transitions } from "../answers/transitions.ts";
import { isolate } from "./format.ts";

/** Narrowest column of a step: its bar and the name beside it. */
const STEP_WIDTH = 116;

export interface Unrolled {
  nodes: (StepNode & { id: string })[];
  links: (StepEdge & { from: string; to: string })[];
  /** Steps that are shown, and that there are. */
  shown: number;
  all: number;
}

const idOf = (step: number, name: Name): string => `${step} ${keyOf(name)}`;

/** A name in words. Those of the data are never these: they are drawn as they are, these in grey. */
export function sayName({ text, is }: Name): string {
  return is === "rest" ? "all other names" : is === "end" ? "journey ends" : text;
}

/** From one name to another. Each is set off, so that names written from right to left do not turn the arrow round. */
export function sayEdge({ source, target }: { source: Name; target: Name }): string {
  return [source, target].map((name) => isolate(sayName(name))).join(" → ");
}

/** The first steps, as many as fit the width but at least two; a link whose end is not there is left out. */
export function unroll(transitions: Transitions, width: number): Unrolled {
  const all = Math.max(0, ...transitions.nodes.map((node) => node.step));
  const shown = Math.min(all, Math.max(2, Math.floor(width / STEP_WIDTH)));
  const nodes = transitions.nodes
    .filter((node) => node.step <= shown && node.journeys > 0)
    .map((node) => ({ ...node, id: idOf(node.step, node.name) }));
  const there = new Set(nodes.map((node) => node.id));
  const links = transitions.steps
    .map((edge) => ({ ...edge, from: idOf(edge.step, edge.source), to: idOf(edge.step + 1, edge.target) }))
    .filter((link) => link.journeys > 0 && there.has(link.from) && there.has(link.to));
  return { nodes, links, shown, all };
}

export interface GraphNode {
  id: string;
  name: Name;
  /** From 0, left or top, to 1. */
  x: number;
  y: number;
  /** Journeys on the strongest edge that touches it. */
  journeys: number;
  again: Edge | null;
}

export interface Graph {
  nodes: GraphNode[];
  edges: (Edge & { journeys: number })[];
}

/**
 * The `most` edges with most journeys between different names, and those names on an ellipse: from left, where journeys
 * come from, clockwise to where they go. A name after itself is kept with its node.
 */
export function makeGraph(transitions: Transitions, most: number): Graph {
  const counted = transitions.edges.flatMap((edge) => (edge.journeys ? [{ ...edge, journeys: edge.journeys }] : []));
  const edges = counted
    .filter(({ source, target }) => keyOf(source) !== keyOf(target) && source.is === "name" && target.is === "name")
    .sort((a, b) => b.journeys - a.journeys)
    .slice(0, most);
  const names = new Map(edges.flatMap(({ source, target }) => [source, target]).map((name) => [keyOf(name), name]));
  // Where a name stands: by how much more goes out of it than comes into it, of all edges, not only those drawn.
  const lead = (id: string): number => {
    let out = 0;
    let into = 0;
    for (const edge of counted) {
      const [source, target] = [keyOf(edge.source), keyOf(edge.target)];
      if (source === target) continue;
      if (source === id) out += edge.journeys;
      if (target === id) into += edge.journeys;
    }
    return out + into === 0 ? 0 : (out - into) / (out + into);
  };
  const order = [...names].map(([id, name]) => ({ id, name, lead: lead(id) })).sort((a, b) => b.lead - a.lead || (a.id < b.id ? -1 : 1));
  const touches = (edge: Edge, id: string): [boolean, boolean] => [keyOf(edge.source) === id, keyOf(edge.target) === id];
  const nodes = order.map(({ id, name }, index) => {
    const angle = Math.PI - (index / order.length) * 2 * Math.PI;
    const strongest = Math.max(...edges.filter((edge) => touches(edge, id).some(Boolean)).map((edge) => edge.journeys));
    return {
      id, name, x: 0.5 + Math.cos(angle) / 2, y: 0.5 - Math.sin(angle) / 2, journeys: strongest,
      again: counted.find((edge) => touches(edge, id).every(Boolean)) ?? null,
    };
  });
  return { nodes, edges };
}

/** Width in pixels of an arrow: its area grows with its journeys, and nobody's is invisible. */
export function arrowWidth(journeys: number, most: number): number {
  return Math.max(1, (journeys / Math.max(1, most)) * 12);
}
