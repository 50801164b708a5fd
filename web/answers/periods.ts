// Periods: an answer that was asked with `over` has a result for each day, week, month … of its range. Results are read one
// at a time, when a period is looked at: there may be hundreds, each as large as a whole answer.

import type { Answer, Meta } from "./answers.ts";
import { Reader, type Json } from "./reading.ts";

export const BUCKETS = ["day", "week", "month", "quarter", "year"] as const;
export type Bucket = (typeof BUCKETS)[number];

export interface Period {
  /** Its first day as year, month, day; of the whole period, also where the range begins later. */
  begin: Day;
  /** Why it is not a whole period, in words; null for a whole one. */
  part: string | null;
  result: Json;
}

export type Day = [year: number, month: number, day: number];

export interface Periods<T> {
  analysis: string;
  /** Where its results lie: "stages.over:/slices". */
  at: string;
  bucket: Bucket;
  timezone: string;
  list: Period[];
  meta: Meta;
  answer: (index: number) => Answer<T>;
  reason: (pointer: string) => string | undefined;
  problems: string[];
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Text with an offset of its own shows another clock than that of the question's zone. */
const hasOffset = (text: string): boolean => /[Zz]$|[+-]\d\d:?\d\d$/.test(text.slice(10));

/** The clock that a time shows, as milliseconds of a clock that knows no zones; null where the text is no time. */
function clockOf(text: string): number | null {
  const [, year, month, day, hour, minute] = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?/.exec(text) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0));
}

const dayOf = (clock: number): Day => {
  const date = new Date(clock);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
};

/** The first moment of the period a clock lies in, or of one `later` on. Weeks begin on Monday. */
export function beginOf(clock: number, bucket: Bucket, later = 0): number {
  const [year, month, day] = dayOf(clock);
  switch (bucket) {
    case "day": return Date.UTC(year, month - 1, day + later);
    case "week": return Date.UTC(year, month - 1, day - ((new Date(clock).getUTCDay() + 6) % 7) + 7 * later);
    case "month": return Date.UTC(year, month - 1 + later, 1);
    case "quarter": return Date.UTC(year, Math.floor((month - 1) / 3) * 3 + 3 * later, 1);
    case "year": return Date.UTC(year + later, 0, 1);
  }
}

const shortDay = ([, month, day]: Day): string => `${day} ${MONTHS[month - 1]}`;
const longDay = (day: Day): string => `${shortDay(day)} ${day[0]}`;

/** "9 – 15 Mar 2026", "Mar 2026", "Q1 2026": the days are those of the question's time zone. */
export function formatPeriod({ begin }: Pick<Period, "begin">, bucket: Bucket): string {
  const [year, month] = begin;
  switch (bucket) {
    case "day": return longDay(begin);
    case "week": {
      const last = dayOf(Date.UTC(begin[0], begin[1] - 1, begin[2] + 6));
      const from = last[1] === month ? String(begin[2]) : last[0] === year ? shortDay(begin) : longDay(begin);
      return `${from} – ${longDay(last)}`;
    }
    case "month": return `${MONTHS[month - 1]} ${year}`;
    case "quarter": return `Q${Math.ceil(month / 3)} ${year}`;
    case "year": return String(year);
  }
}

/** What stands below an axis, where there is little room. */
export function formatPeriodShort({ begin }: Pick<Period, "begin">, bucket: Bucket): string {
  return bucket === "day" || bucket === "week" ? shortDay(begin) : formatPeriod({ begin }, bucket);
}

interface Ends {
  /** First and last moment that there are data of. */
  first: number | null;
  last: number | null;
  /** Where the range of the question ends, if it does. */
  to: number | null;
}

/**
 * Why a period is no whole one. The range may cut it; or the data begin or end inside it, by more than the hour (of a day)
 * or the day (of a longer period) that may pass before something happens in a whole one.
 */
function partOf(start: number, bucket: Bucket, { first, last, to }: Ends): string | null {
  const begin = beginOf(start, bucket);
  const end = beginOf(start, bucket, 1);
  const slack = bucket === "day" ? HOUR : DAY;
  const inside = (clock: number | null): clock is number => clock !== null && clock >= begin && clock < end;
  const say = (clock: number): string => {
    const date = new Date(clock);
    const time = `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`;
    return bucket === "day" ? time : shortDay(dayOf(clock));
  };
  const words = [
    start > begin || (inside(first) && first - begin >= slack) ? `from ${say(Math.max(start, inside(first) ? first : start))}` : null,
    (inside(to) && to > begin) || (inside(last) && end - last > slack)
      ? `to ${say(Math.min(inside(last) ? last : end, inside(to) && to > begin ? to - MINUTE : end))}` : null,
  ];
  const said = words.filter((word) => word !== null).join(" ");
  return said === "" ? null : `part, ${said}`;
}

export interface Sliced {
  analysis: string;
  /** How pointers into it begin: "stages.over:". */
  origin: string;
  params: Json;
  slices: Json[];
  meta: Meta;
}

/** Reads what is the same for every analysis; `read` reads the result of one period. */
export function readPeriods<T>({ analysis, origin, params, slices, meta }: Sliced, read: (result: Json, reader: Reader) => T): Periods<T> {
  const problems: string[] = [];
  const bucket = BUCKETS.find((each) => each === params["over"]) ?? "day";
  const to = params["to"];
  const ends: Ends = {
    first: clockOf(meta.from ?? ""), last: clockOf(meta.to ?? ""), to: typeof to === "string" && !hasOffset(to) ? clockOf(to) : null,
  };
  const list = slices.map((slice, index): Period => {
    const start = typeof slice["start"] === "string" ? clockOf(slice["start"]) : null;
    const result = slice["result"];
    const readable = start !== null && typeof result === "object" && result !== null;
    if (!readable) problems.push(`${analysis}.slices[${index}]: must have a start and a result`);
    return {
      begin: dayOf(beginOf(start ?? 0, bucket)), part: readable ? partOf(start, bucket, ends) : "cannot be read",
      result: readable ? (result as Json) : {},
    };
  });
  const reasons = new Map(meta.undefinedFigures.map(({ pointer, reason }) => [pointer, reason]));
  return {
    analysis, at: `${origin}/slices`, bucket, timezone: meta.timezone ?? "UTC", list, meta, problems,
    reason: (pointer) => reasons.get(pointer),
    answer: (index) => {
      const inside = `/slices/${index}/result`;
      const reader = new Reader(`${analysis}${inside.replaceAll("/", ".")}`);
      const undefinedFigures = meta.undefinedFigures.flatMap(({ pointer, reason }) =>
        pointer.startsWith(`${inside}/`) ? [{ pointer: pointer.slice(inside.length), reason }] : []);
      return { state: "answered", result: read(list[index]?.result ?? {}, reader), meta: { ...meta, undefinedFigures }, params, problems: reader.problems };
    },
  };
}
