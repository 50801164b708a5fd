// The pictures of transitions: journeys unrolled by step as a Sankey diagram, and the strongest edges as a graph.

import { GraphChart, SankeyChart } from "echarts/charts";
import { use } from "echarts/core";
import { keyOf, type Edge, type Name, type Transitions } from "../answers/transitions.ts";
import { drawChart, lines, tooltip, type Look } from "./chart.ts";
import { formatCount, formatSeconds, formatShare, isNumber, isolate } from "./format.ts";
import { canvasMeasure, wrap } from "./text_measure.ts";
import { arrowWidth, makeGraph, sayEdge, sayName, unroll, type Graph } from "./transition_layout.ts";

use([SankeyChart, GraphChart]);

const BLUE = "#3B5BDB";
const GREY = "#8892A0";
/** Edges of the graph; more make it a ball of wool. The table holds all. */
export const EDGES_DRAWN = 16;

const colourOf = (name: Name): string => (name.is === "name" ? BLUE : GREY);

function within(seconds: number | null): string[] {
  return isNumber(seconds) ? [`half of them within ${formatSeconds(seconds)}`] : [];
}

/** The three edges with most journeys, in a spoken sentence. */
function sayStrongest(edges: { source: Name; target: Name; journeys: number }[]): string {
  const strongest = [...edges].sort((a, b) => b.journeys - a.journeys).slice(0, 3);
  return strongest.length === 0 ? "" : `Strongest: ${strongest.map((edge) => `${sayEdge(edge)}, ${formatCount(edge.journeys)} journeys`).join("; ")}.`;
}

interface Hovered<Data> {
  dataType?: string;
  data?: Data;
}

/** Draws as many steps as fit. Returns a function that takes the chart away. */
export function drawSteps(transitions: Transitions, container: HTMLElement): () => void {
  const tallest = (width: number): number => {
    const { nodes } = unroll(transitions, width);
    return Math.max(0, ...nodes.map(({ step }) => nodes.filter((other) => other.step === step).length));
  };
  return drawChart(container, (width) => Math.min(width < 480 ? 380 : 440, 112 + tallest(width) * 32), (look, width) => stepsOption(transitions, look, width));
}

function stepsOption(transitions: Transitions, look: Look, width: number): Record<string, unknown> {
  const { nodes, links, shown } = unroll(transitions, width);
  const column = width / shown;
  type Hover = Hovered<{ id?: string; from?: string; to?: string }>;
  const node = (id: string | undefined) => nodes.find((each) => each.id === id);
  const describe = ({ dataType, data }: Hover): HTMLElement | string => {
    if (dataType === "edge") {
      const link = links.find((each) => each.from === data?.from && each.to === data.to);
      if (!link) return "";
      const of = node(link.from)?.journeys ?? 0;
      const share = of > 0 ? ` (${formatShare(link.journeys / of)})` : "";
      return lines(sayEdge(link), [`${formatCount(link.journeys)} journeys${share}`, ...within(link.median_seconds)]);
    }
    const found = node(data?.id);
    return found ? lines(sayName(found.name), [`${formatCount(found.journeys)} journeys at step ${found.step}`]) : "";
  };
  return {
    aria: { enabled: true, label: { description: `Journeys step by step, the first ${shown} steps. ${sayStrongest(links)} The table below holds every figure.` } },
    tooltip: { ...tooltip(look), trigger: "item", formatter: describe },
    series: [{
      type: "sankey", left: 0, right: Math.max(72, column - 20), top: 8, bottom: 8, nodeWidth: 12, nodeGap: 10, nodeAlign: "left", layoutIterations: 0,
      draggable: false, cursor: "default", emphasis: { focus: "adjacency" }, blur: { itemStyle: { opacity: 0.3 }, lineStyle: { opacity: 0.08 } },
      data: nodes.map(({ id, step, name, journeys }) => ({ id, name: id, depth: step - 1, value: journeys, words: isolate(sayName(name)), itemStyle: { color: colourOf(name), borderWidth: 0 } })),
      links: links.map((link) => ({ from: link.from, to: link.to, source: link.from, target: link.to, value: link.journeys, lineStyle: { color: colourOf(link.target), opacity: link.target.is === "name" ? 0.24 : 0.16, curveness: 0.5 } })),
      label: {
        position: "right", distance: 6, width: Math.max(48, column - 26), overflow: "truncate", ellipsis: "…", color: look.ink, fontFamily: look.family, fontSize: 12,
        textBorderColor: look.card, textBorderWidth: 3, formatter: ({ data }: { data: { words: string } }) => data.words,
      },
      labelLayout: { hideOverlap: true },
    }],
  };
}

/** Nodes that nobody sees: ECharts stretches the nodes to its frame, and two names on one line would have no height. */
const CORNERS = [[0, 0], [1, 1]] as const;

/** Draws the strongest edges. Returns a function that takes the chart away. */
export function drawTransitionGraph(transitions: Transitions, container: HTMLElement): () => void {
  const graph = makeGraph(transitions, EDGES_DRAWN);
  const heightOf = (width: number): number => Math.min(width < 480 ? 400 : 460, 100 + graph.nodes.length * 36);
  return drawChart(container, heightOf, (look, width) => graphOption(graph, look, width, heightOf(width)));
}

function graphOption({ nodes, edges }: Graph, look: Look, width: number, height: number): Record<string, unknown> {
  const most = Math.max(1, ...edges.map((edge) => edge.journeys));
  // Names stand outside the ellipse, left and right of it.
  const side = Math.min(180, width * 0.28);
  const measureText = canvasMeasure(look.family);
  const measure = (text: string): number => measureText(text, 12);
  const corner = ([x, y]: readonly [number, number]) => ({
    name: `corner ${x}`, words: "", x: x * (width - 2 * side), y: y * (height - 64), symbolSize: 0, silent: true, label: { show: false },
  });
  const describe = ({ dataType, data }: Hovered<{ name?: string; edge?: Edge }>): HTMLElement | string => {
    if (dataType === "edge" && data?.edge) {
      const { journeys, count, median_seconds } = data.edge;
      return lines(sayEdge(data.edge), [`${formatCount(journeys ?? 0)} journeys, ${formatCount(count ?? 0)} times`, ...within(median_seconds)]);
    }
    const node = nodes.find(({ id }) => id === data?.name);
    const again = node?.again;
    return lines(node ? sayName(node.name) : "", again ? [`again at once: ${formatCount(again.journeys ?? 0)} journeys, ${formatCount(again.count ?? 0)} times`] : []);
  };
  return {
    aria: { enabled: true, label: { description: `What follows on what: the ${edges.length} strongest transitions as arrows. ${sayStrongest(edges)} The table beside it holds every figure.` } },
    tooltip: { ...tooltip(look), trigger: "item", formatter: describe },
    series: [{
      type: "graph", layout: "none", left: side, right: side, top: 32, bottom: 32, roam: false, draggable: false, cursor: "default",
      edgeSymbol: ["none", "arrow"], emphasis: { focus: "adjacency", lineStyle: { width: "inherit" } }, blur: { itemStyle: { opacity: 0.3 }, lineStyle: { opacity: 0.1 }, label: { opacity: 0.4 } },
      data: [...CORNERS.map(corner), ...nodes.map((node) => ({
        name: node.id, words: wrap(sayName(node.name), side - 24, 2, measure).map(isolate).join("\n"), x: node.x * (width - 2 * side), y: node.y * (height - 64), symbolSize: 10 + Math.sqrt(node.journeys / most) * 10, itemStyle: { color: BLUE },
        label: { position: node.x < 0.499 ? "left" : node.x > 0.501 ? "right" : node.y < 0.5 ? "top" : "bottom" },
      }))],
      links: edges.map((edge) => ({
        source: keyOf(edge.source), target: keyOf(edge.target), value: edge.journeys, edge, symbolSize: [0, 6 + arrowWidth(edge.journeys, most)],
        lineStyle: { width: arrowWidth(edge.journeys, most), curveness: 0.18, color: BLUE, opacity: 0.4 },
      })),
      label: { show: true, color: look.ink, fontFamily: look.family, fontSize: 12, lineHeight: 14, formatter: ({ data }: { data: { words: string } }) => data.words },
    }],
  };
}
