// Leading figures: the few figures of an answer that its page begins with. Where there are several answers, as for periods,
// they are what is laid side by side. A pointer names them once for all answers of an analysis.

import type { Json } from "../answers/reading.ts";
import type { Phase } from "../answers/stages.ts";
import type { FigureKind } from "./figure.ts";
import { isNumber } from "./format.ts";

export interface Lead {
  /** JSON pointer; `*` is every element of an array, `last` its last one. */
  at: string;
  kind: FigureKind;
  /** What it is called; with `*`, the member of the element that says so. */
  word: string | { member: string };
  /** The member of an element that says its phase. */
  phase?: string;
}

export interface LeadValue {
  pointer: string;
  value: number;
  low: number | null;
  high: number | null;
}

/** One leading figure in each of several results; null where it was not measured. */
export interface LeadSeries {
  word: string;
  kind: FigureKind;
  phase: Phase | null;
  /** Where it would be, for the reason why it is not. */
  pointers: string[];
  values: (LeadValue | null)[];
}

function find(holder: unknown, keys: string[]): { value: unknown; holder: unknown; pointer: string } {
  let value = holder;
  let parent: unknown = null;
  let pointer = "";
  for (const key of keys) {
    const at = key === "last" && Array.isArray(value) ? String(Math.max(0, value.length - 1)) : key;
    parent = value;
    value = (value as Json | null | undefined)?.[at];
    pointer += `/${at}`;
  }
  return { value, holder: parent, pointer };
}

function seriesOf(results: Json[], lead: Lead, keys: string[], row: Json | null): LeadSeries {
  const found = results.map((result) => find(result, keys));
  const field = keys.at(-1) ?? "";
  const number = (holder: unknown, key: string): number | null => {
    const value = (holder as Json | null | undefined)?.[key];
    return isNumber(value) ? value : null;
  };
  const phase = lead.phase && row ? row[lead.phase] : null;
  return {
    word: typeof lead.word === "string" ? lead.word : String(row?.[lead.word.member] ?? field),
    kind: lead.kind, phase: phase === "buyer" || phase === "customer" ? phase : null,
    pointers: found.map(({ pointer }) => pointer),
    values: found.map(({ value, holder, pointer }) =>
      isNumber(value) ? { pointer, value, low: number(holder, `${field}_low`), high: number(holder, `${field}_high`) } : null),
  };
}

/** The leading figures of several results of one analysis, those that are there at all. */
export function collectLeads(results: Json[], leads: Lead[]): LeadSeries[] {
  const series = leads.flatMap((lead) => {
    const keys = lead.at.slice(1).split("/");
    const star = keys.indexOf("*");
    if (star < 0) return [seriesOf(results, lead, keys, null)];
    const rows = results.map((result) => find(result, keys.slice(0, star)).value).find((value): value is Json[] => Array.isArray(value) && value.length > 0);
    return (rows ?? []).map((row, index) => seriesOf(results, lead, keys.map((key, at) => (at === star ? String(index) : key)), row));
  });
  return series.filter(({ values }) => values.some((value) => value !== null));
}

function kindOf(name: string, names: Set<string>): FigureKind {
  if (names.has(`${name}_low`)) return "share";
  return name.endsWith("_seconds") ? "seconds" : name.endsWith("_days") ? "days" : "count";
}

/** Of an analysis that names none: all numbers at the top of its results, their ends of intervals apart. */
export function guessLeads(results: Json[]): Lead[] {
  const names = new Set(results.flatMap((result) => Object.keys(result).filter((key) => isNumber(result[key]))));
  return [...names].filter((name) => !/_(low|high)$/.test(name)).map((name) => ({
    at: `/${name}`, word: name.replaceAll("_", " "), kind: kindOf(name, names),
  }));
}
