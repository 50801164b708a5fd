// The journey as rows, for narrow pages: the flow runs down on the left, the words of each stage stand to its right.

import { arrowHead, describeStage, FACT_WORDS, ribbonClass } from "./column_drawing.ts";
import { occurringFacts } from "./column_layout.ts";
import { figureTspan, svg } from "./element.ts";
import { markFigure } from "./figure.ts";
import { lossWidth, makeArcs, makeRibbons, thicknesses } from "./flow.ts";
import { makeHandoff, moveCount, moveShare, PHASE_TITLES, stageFigure, stageInterval, type Journey } from "./journey.ts";
import { kindBadge, kindFigure } from "./lane_drawing.ts";
import { occurringKinds } from "./column_layout.ts";
import { noteContent, noteText, phaseNote } from "./phase_note.ts";
import { SCORE_LABELS } from "./score_drawing.ts";
import { wrap, type Measure } from "./text_measure.ts";

const PAD = 12;
const BLOCK = 56;
const BETWEEN = 28;

interface Row {
  top: number;
  words: SVGElement[];
  height: number;
}

/** Columns of the drawing: arcs | flow | words. */
interface Frame {
  width: number;
  middle: number;
  thickest: number;
  wordsX: number;
  wordsWidth: number;
}

function frameOf(width: number): Frame {
  const thickest = Math.round(Math.min(180, width * 0.28));
  const arcs = width < 480 ? 34 : 56;
  const wordsX = PAD + arcs + thickest + 20;
  return { width, thickest, middle: PAD + arcs + thickest / 2, wordsX, wordsWidth: width - wordsX - PAD };
}

export function drawRows(journey: Journey, width: number, measure: Measure): SVGSVGElement {
  const frame = frameOf(width);
  const thickness = thicknesses(journey, frame.thickest);
  const picture = svg("svg", {
    class: "pg-drawing", role: "group", "aria-label": "The journey as a drawing. The table below it holds the same figures.",
  });
  const bands = svg("g");
  const heads = svg("g");
  const rows: Row[] = [];
  let y = 0;
  let handoffY: number | null = null;
  for (const [place, run] of journey.runs.entries()) {
    if (place > 0) {
      const crosses = journey.handoffAfter === run.first - 1 && makeHandoff(journey) !== null;
      handoffY = crosses ? y + 74 : handoffY;
      y += crosses ? 148 : 24;
    }
    const start = y;
    const note = phaseNote(journey, run.phase);
    const oneLine = measure("Customer journey", 13, 600) + measure(noteText(note), 12) + 3 * PAD <= width;
    heads.append(svg("text", { class: `pg-phase pg-${run.phase}`, x: PAD, y: y + 24 }, PHASE_TITLES[run.phase]));
    if (note.length > 0) {
      const at = oneLine ? { x: width - PAD, "text-anchor": "end" } : { x: PAD };
      heads.append(svg("text", { class: "pg-note", y: y + (oneLine ? 24 : 42), ...at }, ...noteContent(note, figureTspan)));
    }
    y += oneLine ? 44 : 62;
    for (let index = run.first; index <= run.last; index += 1) {
      const row = drawWords(journey, index, frame, y, measure);
      rows.push(row);
      y += row.height + (index < run.last ? BETWEEN : 12);
    }
    bands.append(svg("rect", { class: `pg-band pg-${run.phase}`, x: 0, y: start, width, height: y - start, rx: 14 }));
  }
  picture.setAttribute("viewBox", `0 0 ${width} ${y}`);
  picture.setAttribute("width", String(width));
  picture.setAttribute("height", String(y));
  picture.append(arrowHead(), bands, drawFlow(journey, frame, thickness, rows), heads);
  rows.forEach((row, index) => {
    const stage = journey.stages[index];
    const group = svg("g", { class: `pg-stage pg-${stage?.phase ?? "buyer"}`, tabindex: 0, role: "group", "aria-label": describeStage(journey, index) });
    group.append(svg("rect", { class: "pg-hit", x: 4, y: row.top - 8, width: width - 8, height: row.height + 10, rx: 8 }));
    group.append(...drawBlock(journey, frame, thickness[index] ?? 0, row, index), ...row.words);
    picture.append(group);
  });
  picture.append(drawArcs(journey, frame, rows));
  if (handoffY !== null) picture.append(drawHandoff(journey, frame, handoffY));
  return picture;
}

function drawWords(journey: Journey, index: number, frame: Frame, top: number, measure: Measure): Row {
  const stage = journey.stages[index];
  const words: SVGElement[] = [];
  if (!stage) return { top, words, height: BLOCK };
  const { wordsX: x, wordsWidth: width } = frame;
  let y = top + 14;
  const text = (className: string, ...content: (Node | string)[]): void => {
    words.push(svg("text", { class: className, x, y }, ...content));
  };
  for (const part of wrap(stage.stage, width, 3, (name) => measure(name, 15, 600))) {
    words.push(svg("text", { class: "pg-title", "font-size": 15, x, y }, part));
    y += 19;
  }
  const track = Math.min(width, 420);
  const conversion = stageFigure(journey, stage, "conversion");
  const interval = stageInterval(journey, stage, "conversion");
  const stay = stageFigure(journey, stage, "median_days");
  if (conversion) {
    const share = svg("text", { class: "pg-conversion", x, y: y + 2 }, figureTspan(conversion));
    if (interval) share.append(svg("tspan", { class: "pg-tiny", dx: 6 }, "(", figureTspan(interval.low), interval.joint, figureTspan(interval.high), ")"));
    share.append(svg("tspan", { class: "pg-tiny", dx: 4 }, stage.small ? " move on (few)" : " move on"));
    const fill = svg("rect", { class: "pg-fill", x, y: y + 10, width: Math.max(0, Math.min(1, conversion.value)) * track, height: 4, rx: 2 });
    markFigure(fill, conversion);
    words.push(share, svg("rect", { class: "pg-track", x, y: y + 10, width: track, height: 4, rx: 2 }), fill);
    if (interval) {
      const [low, high] = [x + interval.low.value * track, x + interval.high.value * track];
      words.push(svg("path", { class: "pg-whisker", d: `M${low},${y + 12} H${high} M${low},${y + 9} v6 M${high},${y + 9} v6` }));
    }
    y += 32;
  }
  if (stay) {
    text("pg-note", "median ", figureTspan(stay));
    y += 17;
  }
  for (const fact of occurringFacts(journey)) {
    const figure = stageFigure(journey, stage, fact);
    if (!figure || figure.value === 0) continue;
    text("pg-note", figureTspan(figure), FACT_WORDS[fact]);
    y += 17;
  }
  for (const score of ["nps", "csat"] as const) {
    const figure = stageFigure(journey, stage, score);
    if (!figure) continue;
    const ends = stageInterval(journey, stage, score);
    const line = svg("text", { class: "pg-money", x, y }, `${SCORE_LABELS[score]} `, figureTspan(figure));
    if (ends) line.append(svg("tspan", { class: "pg-tiny" }, " (", figureTspan(ends.low), ends.joint, figureTspan(ends.high), ")"));
    words.push(line);
    y += 17;
  }
  const money = stageFigure(journey, stage, "value");
  if (money && money.value > 0) {
    text("pg-money", figureTspan(money));
    y += 17;
  }
  const kinds = occurringKinds(journey).flatMap((kind) => journey.source.kinds.filter((row) => row.kind === kind && row.stage === stage.stage && row.journeys > 0));
  const badge = 38 + Math.max(0, ...kinds.map((row) => measure(kindFigure(journey, row).text, 12)));
  const across = Math.max(1, Math.floor((width + 14) / badge));
  kinds.forEach((row, place) => {
    const left = x + (place % across) * badge;
    const line = y + 6 + Math.floor(place / across) * 24;
    words.push(kindBadge(row.kind, left + 9, line), svg("text", { class: "pg-note", x: left + 23, y: line + 4 }, figureTspan(kindFigure(journey, row))));
  });
  y += Math.ceil(kinds.length / across) * 24;
  return { top, words, height: Math.max(BLOCK + 30, y - top) };
}

function drawBlock(journey: Journey, frame: Frame, size: number, row: Row, index: number): SVGElement[] {
  const stage = journey.stages[index];
  const entered = stage ? stageFigure(journey, stage, "entered") : null;
  if (!stage || !entered) return [];
  const parts: SVGElement[] = [];
  const lost = stageFigure(journey, stage, "lost");
  const stroke = lost ? lossWidth(lost.value, stage.entered, size) : 0;
  if (lost && stroke > 0) {
    const loss = svg("path", { class: "pg-lost", "stroke-width": stroke, d: `M${frame.middle + size / 2 - stroke},${row.top + BLOCK - 8} q2,22 12,26` });
    markFigure(loss, lost);
    parts.push(loss);
  }
  if (size > 0) {
    const block = svg("rect", { class: "pg-block", x: frame.middle - size / 2, y: row.top, width: size, height: BLOCK, rx: Math.min(6, size / 2) });
    markFigure(block, entered);
    parts.push(block);
  }
  const inside = size > entered.text.length * 11 + 8;
  parts.push(svg(
    "text",
    { class: inside ? "pg-people pg-inside" : "pg-people", x: frame.middle, y: inside ? row.top + 34 : row.top + BLOCK + 18, "text-anchor": "middle" },
    figureTspan(entered),
  ));
  return parts;
}

function drawFlow(journey: Journey, frame: Frame, thickness: number[], rows: Row[]): SVGElement {
  const group = svg("g");
  for (const ribbon of makeRibbons(journey, thickness)) {
    const from = rows[ribbon.flow.from];
    const to = rows[ribbon.flow.to];
    const stage = journey.stages[ribbon.flow.from];
    if (!from || !to || !stage) continue;
    const [y1, y2] = [from.top + BLOCK, to.top];
    const half = (y1 + y2) / 2;
    const [a, b] = [frame.middle + ribbon.leaves.start, frame.middle + ribbon.leaves.end];
    const [c, d] = [frame.middle + ribbon.arrives.start, frame.middle + ribbon.arrives.end];
    const path = svg("path", {
      class: ribbonClass(ribbon, stage.phase),
      d: `M${a},${y1} C${a},${half} ${c},${half} ${c},${y2} L${d},${y2} C${d},${half} ${b},${half} ${b},${y1} Z`,
    });
    markFigure(path, moveCount(journey, ribbon.flow));
    group.append(path);
  }
  return group;
}

function drawArcs(journey: Journey, frame: Frame, rows: Row[]): SVGElement {
  const group = svg("g");
  const edge = frame.middle - frame.thickest / 2 - 2;
  for (const { flow, level } of makeArcs(journey, 6)) {
    const from = rows[flow.from];
    const to = rows[flow.to];
    const share = moveShare(journey, flow);
    if (!from || !to || !share) continue;
    const [y1, y2] = [from.top + 16, to.top + BLOCK - 16];
    const bulge = Math.min(edge - 6, 18 + level * 9);
    const arc = svg("path", { class: "pg-back", "marker-end": "url(#pg-arrow)", d: `M${edge},${y1} C${edge - bulge * 1.3},${y1 - 10} ${edge - bulge * 1.3},${y2 + 10} ${edge},${y2}` });
    markFigure(arc, moveCount(journey, flow));
    const place = y1 + (y2 - y1) * (0.5 + level * 0.12);
    group.append(arc, svg("text", { class: `pg-tiny pg-knockout pg-${journey.stages[flow.from]?.phase ?? "buyer"}`, x: Math.max(24, edge - bulge), y: place, "text-anchor": "middle" }, "↑ ", figureTspan(share)));
  }
  return group;
}

function drawHandoff(journey: Journey, frame: Frame, y: number): SVGElement {
  const handoff = makeHandoff(journey);
  const main = handoff?.share ?? handoff?.buyers;
  const group = svg("g", { tabindex: 0, role: "group", "aria-label": `Handoff: ${main?.text ?? ""} bought` });
  if (!handoff || !main) return group;
  const x = frame.middle;
  group.append(
    svg("path", { class: "pg-diamond", d: `M${x},${y - 56} L${x + 44},${y} L${x},${y + 56} L${x - 44},${y} Z` }),
    svg("text", { class: "pg-handoff-value", x, y: y + 1, "text-anchor": "middle" }, figureTspan(main)),
    svg("text", { class: "pg-handoff-word", x, y: y + 16, "text-anchor": "middle" }, "bought"),
    svg("text", { class: "pg-handoff-title", x: frame.wordsX, y: y - 2 }, "Handoff"),
  );
  if (handoff.share && handoff.buyers) group.append(svg("text", { class: "pg-note", x: frame.wordsX, y: y + 16 }, figureTspan(handoff.buyers), handoff.buyers.value === 1 ? " buyer" : " buyers"));
  return group;
}
