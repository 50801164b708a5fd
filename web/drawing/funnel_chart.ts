// The funnel chart: bars of the journeys that reached each step, with those not matured and those lost; drawn by ECharts as SVG.

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { use } from "echarts/core";
import type { Funnel, Step } from "../answers/funnel.ts";
import { drawChart, lines, tooltip, type Look } from "./chart.ts";
import { formatCount, formatShare, isNumber, isolate } from "./format.ts";

use([BarChart, LineChart, GridComponent, LegendComponent]);

const ROW = 52;
// Blues and greys only: other colours have a meaning of their own. The symbols tell the groups apart as well.
/** Groups beyond this many are in the table only. */
export const GROUPS_DRAWN = 6;
const GROUP_COLOURS = ["#3B5BDB", "#8892A0", "#7C93F5", "#5B6472", "#A9B8FA", "#B4BCC8"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"] as const;

/** Draws into the container and follows its width and the colour scheme. Returns a function that takes the chart away. */
export function drawFunnel(funnel: Funnel, container: HTMLElement): () => void {
  const grouped = funnel.groups.length > 1 || funnel.groups[0]?.group != null;
  const steps = funnel.groups[0]?.steps ?? [];
  if (steps.length === 0) return () => undefined;
  const height = grouped ? 320 : steps.length * ROW + 44;
  return drawChart(container, () => height, (look, width) => (grouped ? groupedOption(funnel, look, width) : barOption(steps, look, width)));
}

interface TooltipPoint {
  dataIndex: number;
  seriesName?: string;
  value?: unknown;
}

function barOption(steps: Step[], look: Look, width: number): Record<string, unknown> {
  const narrow = width < 480;
  const names = steps.map((step) => isolate(step.name));
  const count = (field: "journeys" | "immature" | "lost") => steps.map((step) => step[field] ?? 0);
  const most = Math.max(1, ...count("journeys"));
  const label = (at: number): string => {
    const step = steps[at];
    if (!step) return "";
    return formatCount(step.journeys ?? 0) + (isNumber(step.rate) && at > 0 ? `   ${formatShare(step.rate)}` : "");
  };
  const bar = (name: string, data: number[], itemStyle: Record<string, unknown>): Record<string, unknown> => ({
    name, type: "bar", stack: "all", data, itemStyle, barWidth: 24, cursor: "default", emphasis: { disabled: true },
  });
  const axis = { type: "category", inverse: true, axisLine: { show: false }, axisTick: { show: false }, z: 3 };
  const words = { inside: true, margin: 0, verticalAlign: "bottom", padding: [0, 0, 16, 0], color: look.ink, fontFamily: look.family, fontSize: 12.5 };
  return {
    aria: { enabled: true, label: { description: `Funnel: ${steps.map((step) => `${step.name} ${formatCount(step.journeys ?? 0)}`).join(", ")}` } },
    grid: { left: 0, right: 0, top: 44, bottom: 0 },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, itemGap: 16, selectedMode: false, textStyle: { color: look.soft, fontFamily: look.family, fontSize: 12 } },
    tooltip: {
      ...tooltip(look), trigger: "axis", axisPointer: { type: "none" },
      formatter: (points: TooltipPoint[]) => {
        const step = steps[points[0]?.dataIndex ?? 0];
        if (!step) return "";
        return lines(step.name, [
          `${formatCount(step.journeys ?? 0)} reached it`,
          ...(isNumber(step.immature) ? [`${formatCount(step.immature)} not matured`] : []),
          ...(isNumber(step.lost) ? [`${formatCount(step.lost)} lost`] : []),
        ]);
      },
    },
    xAxis: { type: "value", max: most, show: false },
    yAxis: [
      { ...axis, data: names, position: "left", axisLabel: { ...words, align: "left", fontWeight: 500, width: Math.max(80, width - (narrow ? 160 : 190)), overflow: "truncate", ellipsis: "…" } },
      { ...axis, data: steps.map((_, at) => label(at)), position: "right", axisLabel: { ...words, align: "right", fontWeight: 600 } },
    ],
    series: [
      bar("reached", count("journeys"), { color: "#3B5BDB", borderRadius: 3 }),
      bar("not matured", count("immature"), { color: "#8892A0", borderRadius: 3 }),
      bar("lost", count("lost"), { color: look.line, borderColor: look.soft, borderWidth: 0.75, borderRadius: 3 }),
    ],
  };
}

function groupedOption(funnel: Funnel, look: Look, width: number): Record<string, unknown> {
  const shown = funnel.groups.slice(0, GROUPS_DRAWN);
  const names = (shown[0]?.steps ?? []).map((step) => isolate(step.name));
  const room = (width - 60) / Math.max(1, names.length) - 8;
  return {
    aria: { enabled: true, label: { description: "Funnel by group: the share of the first step that reached each step. The table holds the figures." } },
    grid: { left: 44, right: 16, top: 40, bottom: 28 },
    legend: {
      type: "scroll", top: 0, left: 0, selectedMode: false, itemWidth: 16, itemHeight: 8,
      textStyle: { color: look.soft, fontFamily: look.family, fontSize: 12, width: 220, overflow: "truncate" },
    },
    tooltip: {
      ...tooltip(look), trigger: "axis", axisPointer: { type: "none" },
      formatter: (points: TooltipPoint[]) => lines(
        names[points[0]?.dataIndex ?? 0] ?? "",
        points.map((point) => `${point.seriesName ?? ""}: ${typeof point.value === "number" ? formatShare(point.value) : "not measured"}`),
      ),
    },
    xAxis: {
      type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
      // Where a name has no room its number stands, which the table beside it spells out.
      axisLabel: {
        color: look.soft, fontFamily: look.family, fontSize: 11, interval: 0, width: room, overflow: "truncate",
        formatter: (name: string, at: number) => (room < 72 ? `${at + 1}` : name),
      },
    },
    yAxis: {
      type: "value", min: 0, max: 1, interval: 0.25, splitLine: { lineStyle: { color: look.line } },
      axisLabel: { color: look.soft, fontFamily: look.family, fontSize: 11, formatter: (value: number) => `${Math.round(value * 100)} %` },
    },
    series: shown.map((group, at) => ({
      name: isolate(group.group ?? "all"), type: "line", data: group.steps.map((step) => step.rate), symbol: SYMBOLS[at], symbolSize: 8,
      color: GROUP_COLOURS[at], lineStyle: { width: 2 }, cursor: "default",
    })),
  };
}
