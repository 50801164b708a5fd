// The journey as columns: stages side by side in their phase bands, the flow through them, and the handoff between.

import { FACT_LINE, ARC_LEVEL, TITLE_LINE, PAD, type ColumnLayout, type Fact } from "./column_layout.ts";
import { figureTspan, svg, type Content } from "./element.ts";
import { markFigure, type Figure } from "./figure.ts";
import { formatMoney } from "./format.ts";
import { lossWidth, type Ribbon } from "./flow.ts";
import { makeHandoff, moveCount, moveShare, PHASE_TITLES, stageFigure, stageInterval, type Journey } from "./journey.ts";
import { drawLanes } from "./lane_drawing.ts";
import { noteContent, phaseNote } from "./phase_note.ts";
import { drawScores } from "./score_drawing.ts";
import type { Measure } from "./text_measure.ts";

export const FACT_WORDS: Record<Fact, string> = { lost: " lost", immature: " not matured", now: " here now" };

export function drawColumns(journey: Journey, layout: ColumnLayout, measure: Measure): SVGSVGElement {
  const picture = svg("svg", {
    class: "pg-drawing", viewBox: `0 0 ${layout.width} ${layout.y.end}`, width: layout.width, height: layout.y.end,
    role: "group", "aria-label": "The journey as a drawing. The table below it holds the same figures.",
  });
  picture.append(arrowHead(), drawBands(journey, layout), drawRowHeads(journey, layout));
  picture.append(drawRibbons(journey, layout));
  journey.stages.forEach((_, index) => picture.append(drawStage(journey, layout, index, measure)));
  picture.append(drawArcs(journey, layout), drawHandoff(journey, layout), drawLanes(journey, layout, measure), drawScores(journey, layout, measure));
  return picture;
}

export function arrowHead(): SVGElement {
  return svg("defs", {}, svg(
    "marker",
    { id: "pg-arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" },
    svg("path", { d: "M0,0 L8,4 L0,8 Z", class: "pg-arrowhead" }),
  ));
}

function drawBands(journey: Journey, layout: ColumnLayout): SVGElement {
  const group = svg("g");
  for (const { run, x, width } of layout.bands) {
    group.append(
      svg("rect", { class: `pg-band pg-${run.phase}`, x, y: 0, width, height: layout.y.bandEnd, rx: 14 }),
      svg("text", { class: `pg-phase pg-${run.phase}`, x: x + PAD, y: layout.y.phase }, PHASE_TITLES[run.phase]),
    );
    const note = phaseNote(journey, run.phase);
    if (note.length === 0 || journey.runs.filter((other) => other.phase === run.phase).indexOf(run) > 0) continue;
    const at = layout.phaseNoteBelow ? { x: x + PAD } : { x: x + width - PAD, "text-anchor": "end" };
    group.append(svg("text", { class: "pg-note", y: layout.y.phaseNote, ...at }, ...noteContent(note, figureTspan)));
  }
  return group;
}

/** What the rows of figures are, in the free space to the left; nothing where there is no such space. */
function drawRowHeads(journey: Journey, layout: ColumnLayout): SVGElement {
  const group = svg("g");
  if (layout.gutter === 0) return group;
  const head = (words: string, y: number): void => {
    group.append(svg("text", { class: "pg-note", x: 0, y }, words));
  };
  const some = (field: "conversion" | "value" | "nps" | "csat"): boolean => journey.stages.some((stage) => stage[field] !== null);
  if (some("conversion")) head("stay, share moving on", layout.y.conversion);
  if (layout.arcs.length > 0) head("going back", layout.y.flow - 26);
  head("journeys that entered", layout.y.middle + 4);
  if (layout.facts.length > 0) head("not moving on", layout.y.facts);
  if (some("nps") || some("csat") || some("value")) {
    head([some("nps") || some("csat") ? "score" : "", some("value") ? "money" : ""].filter(Boolean).join(", "), layout.y.money);
  }
  return group;
}

function ribbonPath(x1: number, a: [number, number], x2: number, b: [number, number]): string {
  const half = (x1 + x2) / 2;
  return `M${x1},${a[0]} C${half},${a[0]} ${half},${b[0]} ${x2},${b[0]} L${x2},${b[1]} C${half},${b[1]} ${half},${a[1]} ${x1},${a[1]} Z`;
}

function drawRibbons(journey: Journey, layout: ColumnLayout): SVGElement {
  const group = svg("g");
  const { middle } = layout.y;
  for (const ribbon of layout.ribbons) {
    const from = layout.columns[ribbon.flow.from];
    const to = layout.columns[ribbon.flow.to];
    const stage = journey.stages[ribbon.flow.from];
    if (!from || !to || !stage) continue;
    const path = svg("path", {
      class: ribbonClass(ribbon, stage.phase),
      d: ribbonPath(
        from.x + from.width, [middle + ribbon.leaves.start, middle + ribbon.leaves.end],
        to.x, [middle + ribbon.arrives.start, middle + ribbon.arrives.end],
      ),
    });
    markFigure(path, moveCount(journey, ribbon.flow));
    group.append(path);
  }
  return group;
}

export function ribbonClass(ribbon: Ribbon, phase: string): string {
  return `pg-ribbon pg-${phase}${ribbon.skips ? " pg-skips" : ""}`;
}

/** A text line of figures and words; nothing if none of the parts is there. */
function line(attributes: Record<string, string | number>, ...content: Content[]): SVGElement | null {
  return content.some((part) => part) ? svg("text", attributes, ...content) : null;
}

function drawStage(journey: Journey, layout: ColumnLayout, index: number, measure: Measure): SVGElement {
  const stage = journey.stages[index];
  const column = layout.columns[index];
  if (!stage || !column) return svg("g");
  const { x, width } = column;
  const { y } = layout;
  const right = x + width;
  const figure = (field: Parameters<typeof stageFigure>[2]): Figure | null => stageFigure(journey, stage, field);
  const group = svg("g", { class: `pg-stage pg-${stage.phase}`, tabindex: 0, role: "group", "aria-label": describeStage(journey, index) });
  group.append(svg("rect", { class: "pg-hit", x: x - 6, y: y.title - 20, width: width + 12, height: y.bandEnd - y.title + 14, rx: 8 }));

  const title = svg("text", { class: "pg-title", x, y: y.title, "font-size": layout.titleSize });
  column.title.forEach((text, row) => title.append(svg("tspan", { x, dy: row === 0 ? 0 : TITLE_LINE }, text)));
  if (column.title.join(" ") !== stage.stage) title.setAttribute("data-how", stage.stage);
  group.append(title);

  const stay = figure("median_days");
  const conversion = figure("conversion");
  const interval = stageInterval(journey, stage, "conversion");
  if (stay) group.append(svg("text", { class: "pg-note", x, y: y.stay }, "median ", figureTspan(stay)));
  if (conversion) {
    group.append(
      svg("text", { class: "pg-conversion", x: right, y: y.conversion, "text-anchor": "end" }, figureTspan(conversion)),
      svg("rect", { class: "pg-track", x, y: y.bar, width, height: 4, rx: 2 }),
    );
    const fill = svg("rect", { class: "pg-fill", x, y: y.bar, width: Math.max(0, Math.min(1, conversion.value)) * width, height: 4, rx: 2 });
    markFigure(fill, conversion);
    group.append(fill);
    const words = stage.small ? "move on (few)" : "move on";
    const ends = interval ? measure(interval.low.text + interval.joint + interval.high.text, 11) : 0;
    if (measure(words, 11) + ends + 6 <= width) group.append(svg("text", { class: "pg-tiny", x, y: y.interval }, words));
    if (interval) {
      const low = x + interval.low.value * width;
      const high = x + interval.high.value * width;
      group.append(
        svg("path", { class: "pg-whisker", d: `M${low},${y.bar + 2} H${high} M${low},${y.bar - 1} v6 M${high},${y.bar - 1} v6` }),
        svg("text", { class: "pg-tiny", x: right, y: y.interval, "text-anchor": "end" },
          figureTspan(interval.low), interval.joint, figureTspan(interval.high)),
      );
    }
  }
  group.append(...drawBlock(journey, layout, index));
  layout.facts.forEach((fact, row) => {
    const value = figure(fact);
    if (value && value.value > 0) {
      group.append(svg("text", { class: "pg-note", x, y: y.facts + row * FACT_LINE }, figureTspan(fitCount(value, FACT_WORDS[fact], width + 14, measure)), FACT_WORDS[fact]));
    }
  });
  const score = figure("nps") ?? figure("csat");
  const money = figure("value");
  const scoreLine = score && line({ class: "pg-money", x, y: y.money }, score.at.endsWith("/nps") ? "NPS " : "CSAT ", figureTspan(score));
  if (scoreLine) group.append(scoreLine);
  if (money && money.value > 0) {
    const beside = layout.scoreAndMoneyShareALine && score;
    const below = !layout.scoreAndMoneyShareALine && score ? FACT_LINE : 0;
    group.append(svg("text", { class: "pg-money", x: beside ? right : x, y: y.money + below, "text-anchor": beside ? "end" : "start" }, figureTspan(money)));
  }
  return group;
}

/** A count in short ("1.62M") where it and its words have no room. */
function fitCount(figure: Figure, words: string, width: number, measure: Measure): Figure {
  return measure(figure.text + words, 12) <= width ? figure : { ...figure, text: formatMoney(figure.value, null) };
}

function drawBlock(journey: Journey, layout: ColumnLayout, index: number): SVGElement[] {
  const stage = journey.stages[index];
  const column = layout.columns[index];
  const entered = stage ? stageFigure(journey, stage, "entered") : null;
  if (!stage || !column || !entered) return [];
  const { x, width, middle } = column;
  const size = layout.thickness[index] ?? 0;
  const top = layout.y.middle - size / 2;
  const parts: SVGElement[] = [];
  const lost = stageFigure(journey, stage, "lost");
  const stroke = lost ? lossWidth(lost.value, stage.entered, size) : 0;
  if (lost && stroke > 0) {
    const loss = svg("path", { class: "pg-lost", "stroke-width": stroke, d: `M${x + width - 26},${top + size - 1} q2,24 14,32` });
    markFigure(loss, lost);
    parts.push(loss);
  }
  const block = svg("rect", { class: "pg-block", x, y: top, width, height: size, rx: Math.min(6, size / 2) });
  markFigure(block, entered);
  if (size > 0) parts.push(block);
  const inside = size >= 24;
  parts.push(svg(
    "text",
    { class: inside ? "pg-people pg-inside" : "pg-people", x: middle, y: inside ? layout.y.middle + 6 : top - 8, "text-anchor": "middle" },
    figureTspan(entered),
  ));
  return parts;
}

/** A stage in one spoken sentence. */
export function describeStage(journey: Journey, index: number): string {
  const stage = journey.stages[index];
  if (!stage) return "";
  const say = (field: Parameters<typeof stageFigure>[2], words: string): string | null => {
    const figure = stageFigure(journey, stage, field);
    return figure ? `${figure.text} ${words}` : null;
  };
  const facts = [say("entered", "entered"), say("conversion", "moved on"), say("median_days", "median stay"), say("lost", "lost"), say("now", "here now")];
  return `${stage.stage}: ${facts.filter(Boolean).join(", ") || "not measured"}`;
}

function drawArcs(journey: Journey, layout: ColumnLayout): SVGElement {
  const lines = svg("g");
  const words = svg("g");
  layout.arcs.forEach(({ flow, level }, index) => {
    const from = layout.columns[flow.from];
    const to = layout.columns[flow.to];
    if (!from || !to) return;
    const base = layout.y.flow - 8;
    const top = base - 22 - level * ARC_LEVEL;
    const [start, end] = [from.middle - 14, to.middle + 14];
    const corner = Math.min(36, (start - end) / 2);
    const arc = svg("path", {
      class: "pg-back", "marker-end": "url(#pg-arrow)",
      d: `M${start},${base} Q${start - 4},${top} ${start - corner},${top} H${end + corner} Q${end + 4},${top} ${end},${base}`,
    });
    markFigure(arc, moveCount(journey, flow));
    lines.append(arc);
    const share = moveShare(journey, flow);
    if (!share) return;
    const overGap = layout.handoffX !== null && flow.to <= (journey.handoffAfter ?? -1) && flow.from > (journey.handoffAfter ?? -1);
    words.append(svg(
      "text",
      { class: `pg-tiny pg-knockout${overGap ? "" : ` pg-${journey.stages[flow.from]?.phase ?? "buyer"}`}`, x: (start + end) / 2, y: top - 4, "text-anchor": "middle" },
      figureTspan(share), index === 0 ? " go back" : "",
    ));
  });
  return svg("g", {}, lines, words);
}

function drawHandoff(journey: Journey, layout: ColumnLayout): SVGElement {
  const group = svg("g");
  const handoff = makeHandoff(journey);
  const x = layout.handoffX;
  if (x === null || !handoff || (!handoff.share && !handoff.buyers)) return group;
  const y = layout.y.middle;
  const main = handoff.share ?? handoff.buyers;
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Handoff: ${main?.text ?? ""} bought${handoff.share && handoff.buyers ? `, ${handoff.buyers.text} buyers` : ""}`);
  group.append(
    svg("text", { class: "pg-handoff-title", x, y: y - 54, "text-anchor": "middle" }, "Handoff"),
    svg("path", { class: "pg-diamond", d: `M${x},${y - 46} L${x + 36},${y} L${x},${y + 46} L${x - 36},${y} Z` }),
  );
  if (main) {
    group.append(
      svg("text", { class: "pg-handoff-value", x, y: y + 1, "text-anchor": "middle" }, figureTspan(main)),
      svg("text", { class: "pg-handoff-word", x, y: y + 16, "text-anchor": "middle" }, "bought"),
    );
  }
  if (handoff.share && handoff.buyers) {
    group.append(svg("text", { class: "pg-note", x, y: y + 66, "text-anchor": "middle" }, figureTspan(handoff.buyers)));
    group.append(svg("text", { class: "pg-note", x, y: y + 82, "text-anchor": "middle" }, "buyers"));
  }
  return group;
}
