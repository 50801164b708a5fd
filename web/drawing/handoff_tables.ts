// The handoff as figures and tables: the strip of what became of buyers, their money, and the touchpoints before the
// purchase, each with how far its buyers fared better or worse than the others, and the interval of that.

import type { Handoff, Outcome, OutcomeFigures, TouchpointRow } from "../answers/handoff.ts";
import { handoffDefinitions } from "./definitions.ts";
import { figureSpan, html, svg, type Content } from "./element.ts";
import type { Figure, FigureKind } from "./figure.ts";
import { formatShareBare, isNumber } from "./format.ts";
import { formatFigure } from "./journey.ts";
import type { Reasons } from "./journey_table.ts";
import { cellContent, longTable, makeTable, type TableColumn } from "./table.ts";

export const OUTCOME_WORDS: Record<Outcome, string> = {
  reached_value: "reached value", onboarded: "onboarded", early_support: "needed support", returned: "returned",
  bought_again: "bought again", dropped_baton: "dropped the baton",
};
const GROUP_WORDS: Record<string, string> = { ...OUTCOME_WORDS, bought: "all buyers", not_reached_value: "did not reach value" };
/** Of the differences that are coloured, so many are false on average. */
const FALSE_SHARE = 0.05;
const WHISKER = { width: 200, height: 16 };

export function handoffFigure(at: string, value: number | null, kind: FigureKind, currency: string | null, how?: string): Figure | null {
  if (!isNumber(value)) return null;
  const figure: Figure = { at: `handoff:${at}`, value, kind, text: formatFigure(value, kind, currency) };
  return how === undefined ? figure : { ...figure, how };
}

const fact = (word: string, ...content: Content[]): HTMLElement => html("div", {}, html("dt", {}, word), html("dd", {}, ...content));

function outcomeFact({ outcome, count, rate, low, high }: OutcomeFigures, reasons: Reasons): HTMLElement {
  const how = handoffDefinitions(null)[outcome]?.words;
  const share = handoffFigure(`/summary/${outcome}_rate`, rate, "share", null, how);
  const buyers = handoffFigure(`/summary/${outcome}`, count, "count", null, how);
  if (!share) return fact(OUTCOME_WORDS[outcome], buyers ? figureSpan(buyers) : cellContent(null, reasons(`/summary/${outcome}_rate`)));
  const end = (field: "low" | "high", value: number | null): Content => {
    const figure = handoffFigure(`/summary/${outcome}_rate_${field}`, value, "share", null);
    return figure && figureSpan({ ...figure, text: formatShareBare(figure.value) });
  };
  return fact(OUTCOME_WORDS[outcome], figureSpan(share), html("span", { class: "interval" }, " ", end("low", low), "–", end("high", high)),
    html("div", { class: "interval" }, buyers && figureSpan(buyers), buyers?.value === 1 ? " buyer" : " buyers"));
}

/** The strip of figures on top. */
export function makeHandoffFacts(handoff: Handoff, reasons: Reasons): HTMLElement {
  const words = handoffDefinitions(handoff.within_days);
  const buyers = handoffFigure("/summary/buyers", handoff.buyers, "count", null, words["buyers"]?.words);
  const immature = handoffFigure("/summary/immature", handoff.immature, "count", null, words["immature"]?.words);
  const median = handoffFigure("/summary/median_days_to_value", handoff.median_days_to_value, "days", null, words["days"]?.words);
  const p90 = handoffFigure("/summary/p90_days_to_value", handoff.p90_days_to_value, "days", null, words["days"]?.words);
  return html("dl", { class: "facts" },
    fact("buyers", buyers ? figureSpan(buyers) : cellContent(null),
      immature && immature.value > 0 && html("div", { class: "interval" }, figureSpan(immature), " not matured")),
    ...handoff.outcomes.map((outcome) => outcomeFact(outcome, reasons)),
    fact("median time to value", median ? figureSpan(median) : cellContent(null, reasons("/summary/median_days_to_value")),
      p90 && html("div", { class: "interval" }, "p90 ", figureSpan(p90))),
  );
}

export function makeRevenueTable(handoff: Handoff, reasons: Reasons): HTMLElement {
  const words = handoffDefinitions(handoff.within_days);
  const columns: TableColumn[] = [
    { head: "matured buyers who" }, { head: "buyers", number: true }, { head: "revenue", number: true, how: words["revenue"]?.words },
    { head: "per buyer", number: true },
  ];
  return makeTable("Money of buyers by what became of them", columns, handoff.revenue.map((row): Content[] => [
    GROUP_WORDS[row.group] ?? row.group,
    cellContent(handoffFigure(`${row.at}/buyers`, row.buyers, "count", null)),
    ...(["revenue", "revenue_per_buyer"] as const).map((field) =>
      cellContent(handoffFigure(`${row.at}/${field}`, row[field], "money", handoff.currency), reasons(`${row.at}/${field}`))),
  ]));
}

export function makeBinTable(handoff: Handoff, sayBin: (bin: Handoff["histogram"][number]) => string): HTMLElement {
  const columns: TableColumn[] = [{ head: "after the purchase" }, { head: "buyers", number: true }];
  return longTable("Time from the purchase to value", columns, handoff.histogram.map((bin) => () => [
    sayBin(bin), cellContent(handoffFigure(`${bin.at}/buyers`, bin.buyers, "count", null)),
  ]));
}

/** A difference of shares in points with its sign: "+12.3", "−4.0". */
export function formatPoints(difference: number): string {
  const text = (Math.abs(difference) * 100).toFixed(1);
  return Number(text) === 0 ? text : (difference < 0 ? "−" : "+") + text;
}

/** The interval of a difference around 0, on the same scale in every row; coloured where it stands up to the correction. */
function drawWhisker(row: TouchpointRow, reach: number): SVGSVGElement {
  const { width, height } = WHISKER;
  const x = (value: number): number => width / 2 + (Math.max(-reach, Math.min(reach, value)) / reach) * (width / 2 - 4);
  const [lift, low, high] = [row.lift ?? 0, row.low ?? 0, row.high ?? 0];
  const side = row.q === null || row.q > FALSE_SHARE ? "" : lift > 0 ? " is-better" : " is-worse";
  return svg("svg", { class: `lift${side}`, viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    svg("line", { class: "lift-zero", x1: width / 2, x2: width / 2, y1: 0, y2: height }),
    svg("line", { class: "lift-interval", x1: x(low), x2: x(high), y1: height / 2, y2: height / 2 }),
    svg("circle", { class: "lift-dot", cx: x(lift), cy: height / 2, r: 3.5 }),
  );
}

/** A chance: two digits that count, and none where it is hardly any. */
function chanceCell(row: TouchpointRow, field: "p" | "q", reason: string | undefined): Content {
  const value = row[field];
  if (!isNumber(value)) return cellContent(null, reason);
  if (value < 0.001) return html("span", {}, "< 0.001");
  return figureSpan({ at: `handoff:${row.at}/${field}`, value, kind: "score", text: value.toFixed(value < 0.0995 ? 3 : 2) });
}

/** The surest relations first, good or bad. */
export function makeTouchpointTable(handoff: Handoff, reasons: Reasons): HTMLElement {
  const words = handoffDefinitions(handoff.within_days);
  const columns: TableColumn[] = [
    { head: "touchpoint" }, { head: "buyers", number: true, how: words["met"]?.words },
    { head: "reached value", number: true, how: words["rate"]?.words }, { head: "without it", number: true, how: words["without_rate"]?.words },
    { head: "difference, points", number: true, how: words["lift"]?.words }, { head: "95 % interval", how: words["lift"]?.words },
    { head: "q", number: true, how: words["q"]?.words },
  ];
  const reach = Math.max(0.05, ...handoff.touchpoints.flatMap(({ low, high }) => [Math.abs(low ?? 0), Math.abs(high ?? 0)]));
  const sorted = [...handoff.touchpoints].sort((a, b) => (a.q ?? 2) - (b.q ?? 2) || (a.p ?? 2) - (b.p ?? 2));
  return longTable("Touchpoints before the purchase", columns, sorted.map((row) => () => {
    const why = reasons(`${row.at}/lift`);
    const share = (field: "rate" | "without_rate"): Content =>
      cellContent(handoffFigure(`${row.at}/${field}`, row[field], "share", null), reasons(`${row.at}/${field}`));
    const points = (field: "lift" | "low" | "high"): Content => {
      const figure = handoffFigure(`${row.at}/${field}`, row[field], "share", null);
      return cellContent(figure && { ...figure, text: formatPoints(figure.value) }, why);
    };
    return [
      html("bdi", { class: "name" }, row.touchpoint),
      cellContent(handoffFigure(`${row.at}/buyers`, row.buyers, "count", null)),
      share("rate"), share("without_rate"), points("lift"),
      row.lift === null ? cellContent(null, why) : html("span", { class: "sized" }, drawWhisker(row, reach), html("span", { class: "interval" }, points("low"), " to ", points("high"))),
      chanceCell(row, "q", why),
    ];
  }));
}
