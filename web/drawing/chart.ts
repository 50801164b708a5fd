// What the charts that ECharts draws share: they stand in a container as SVG, follow its width and the colour scheme, and
// show names from the data as text, never as markup.

import { AriaComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { html } from "./element.ts";

use([TooltipComponent, AriaComponent, SVGRenderer]);

export interface Look {
  ink: string;
  soft: string;
  line: string;
  card: string;
  family: string;
}

function lookOf(container: HTMLElement): Look {
  const style = getComputedStyle(container);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return { ink: colour("--ink"), soft: colour("--soft"), line: colour("--line"), card: colour("--card"), family: style.fontFamily };
}

/**
 * Draws what `optionOf` says for a width, again whenever that changes. The room is taken at once, so that nothing jumps; the
 * chart comes after what stands around it has been painted. Returns a function that takes the chart away.
 */
export function drawChart(
  container: HTMLElement, heightOf: (width: number) => number, optionOf: (look: Look, width: number) => Record<string, unknown>,
): () => void {
  const fit = (): void => {
    container.style.height = `${heightOf(container.clientWidth)}px`;
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chart: ReturnType<typeof init> | null = null;
  let width = 0;
  let closed = false;
  const draw = (): void => {
    chart?.setOption({ animation: !still.matches, animationDuration: 300, ...optionOf(lookOf(container), container.clientWidth) }, true);
  };
  const begin = (): void => {
    if (chart || closed) return;
    width = container.clientWidth;
    chart = init(container, null, { renderer: "svg" });
    draw();
  };
  fit();
  requestAnimationFrame(() => setTimeout(begin));
  const observer = new ResizeObserver(() => {
    if (container.clientWidth === 0 || container.clientWidth === width) return; // hidden, or as it was drawn
    fit();
    if (!chart) return;
    width = container.clientWidth;
    chart.resize();
    draw();
  });
  observer.observe(container);
  dark.addEventListener("change", draw);
  addEventListener("beforeprint", begin);
  return () => {
    closed = true;
    observer.disconnect();
    dark.removeEventListener("change", draw);
    removeEventListener("beforeprint", begin);
    chart?.dispose();
  };
}

/** The look of a tooltip; its formatter returns nodes, so that a name from the data is never read as markup. */
export function tooltip(look: Look): Record<string, unknown> {
  return {
    confine: true, backgroundColor: look.card, borderColor: look.line, borderWidth: 1,
    extraCssText: "box-shadow:none", textStyle: { color: look.ink, fontFamily: look.family, fontSize: 12 },
  };
}

export function lines(head: string, rows: string[]): HTMLElement {
  return html("div", {}, html("strong", {}, head), ...rows.map((row) => html("div", {}, row)));
}
