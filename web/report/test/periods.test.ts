// Periods: their names, which are not whole, their leading figures, and one of them read as an answer.

import { describe, expect, test } from "vitest";
import { readAnswers } from "../../answers/answers.ts";
import { beginOf, formatPeriod, formatPeriodShort, type Bucket } from "../../answers/periods.ts";
import { collectLeads, guessLeads } from "../../drawing/leads.ts";
import { axisLabels, leadFigure, niceTop } from "../../drawing/time_lines.ts";

const overviewOf = (over: Bucket, starts: string[], meta: object, params: object = {}) => {
  const slices = starts.map((start, index) => ({ start, result: { events: 10 * (index + 1), customers: index + 1, touchpoints: [] } }));
  const periods = readAnswers(JSON.stringify({ over: { overview: { params: { over, ...params }, result: { slices }, meta } } })).over.overview;
  if (!periods) throw new Error("no periods");
  return periods;
};
const partsOf = (...args: Parameters<typeof overviewOf>) => overviewOf(...args).list.map((period) => period.part);

describe("names_of_periods", () => {
  const name = (bucket: Bucket, year: number, month: number, day: number) => formatPeriod({ begin: [year, month, day] }, bucket);
  test("each_bucket_has_its_own", () => {
    expect(name("day", 2026, 3, 9)).toBe("9 Mar 2026");
    expect(name("month", 2026, 3, 1)).toBe("Mar 2026");
    expect(name("quarter", 2026, 4, 1)).toBe("Q2 2026");
    expect(name("year", 2026, 1, 1)).toBe("2026");
  });
  test("a_week_says_a_shared_month_and_year_once", () => {
    expect(name("week", 2026, 3, 9)).toBe("9 – 15 Mar 2026");
    expect(name("week", 2026, 3, 30)).toBe("30 Mar – 5 Apr 2026");
    expect(name("week", 2025, 12, 29)).toBe("29 Dec 2025 – 4 Jan 2026");
  });
  test("below_an_axis_they_are_short", () => expect(formatPeriodShort({ begin: [2026, 3, 9] }, "week")).toBe("9 Mar"));
  test("weeks_begin_on_monday_and_a_month_may_be_a_leap_february", () => {
    expect(beginOf(Date.UTC(2026, 2, 15, 23), "week")).toBe(Date.UTC(2026, 2, 9));
    expect(beginOf(Date.UTC(2028, 1, 29), "month", 1)).toBe(Date.UTC(2028, 2, 1));
    expect(beginOf(Date.UTC(2026, 11, 31), "quarter", 1)).toBe(Date.UTC(2027, 0, 1));
  });
});

describe("part_periods", () => {
  test("the_first_and_the_last_are_part_where_the_data_begin_and_end_inside", () => {
    const meta = { from: "2026-03-04T08:00:00Z", to: "2026-03-24T20:00:00Z" };
    expect(partsOf("week", ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"], meta)).toEqual(["part, from 4 Mar", null, null, "part, to 24 Mar"]);
  });
  test("data_up_to_the_last_day_make_a_whole_one", () => {
    const meta = { from: "2026-03-02T00:10:00Z", to: "2026-03-15T21:40:00Z" };
    expect(partsOf("week", ["2026-03-02", "2026-03-09"], meta)).toEqual([null, null]);
  });
  test("the_days_are_those_of_the_zone", () => {
    // In UTC the data begin on the day before.
    const meta = { from: "2026-03-01T00:30:00+02:00", to: "2026-03-31T23:30:00+03:00", timezone: "Europe/Helsinki" };
    expect(partsOf("month", ["2026-03-01"], meta)).toEqual([null]);
  });
  test("a_range_that_cuts_a_period_makes_it_part_however_little_is_cut", () => {
    const meta = { from: "2026-03-02T12:00:00Z", to: "2026-03-15T10:00:00Z" };
    expect(partsOf("week", ["2026-03-02T12:00:00Z", "2026-03-09"], meta, { to: "2026-03-15T11:00" })).toEqual(["part, from 2 Mar", "part, to 15 Mar"]);
  });
  test("the_end_of_a_range_is_not_part_of_it", () => {
    const meta = { from: "2026-03-01T00:00:00Z", to: "2026-03-18T00:00:00Z" };
    expect(partsOf("month", ["2026-03-01"], meta, { to: "2026-03-18" })).toEqual(["part, to 17 Mar"]);
  });
  test("both_ends_may_lie_in_one", () => {
    expect(partsOf("year", ["2026-01-01"], { from: "2026-02-03T00:00:00Z", to: "2026-05-06T00:00:00Z" })).toEqual(["part, from 3 Feb to 6 May"]);
  });
  test("a_day_may_be_part_by_the_clock", () => {
    expect(partsOf("day", ["2026-03-02"], { from: "2026-03-02T00:20:00Z", to: "2026-03-02T17:05:00Z" })).toEqual(["part, to 17:05"]);
  });
});

describe("leading_figures", () => {
  const slices = [
    { steps: [{ name: "A", journeys: 9, rate: 1 }, { name: "B", journeys: 4, rate: 0.5, rate_low: 0.3, rate_high: 0.7 }] },
    { steps: [{ name: "A", journeys: 2, rate: null }, { name: "B", journeys: 0, rate: null }] },
  ];
  test("one_pointer_names_a_figure_of_every_period", () => {
    const [rate] = collectLeads(slices, [{ at: "/steps/last/rate", kind: "share", word: "conversion" }]);
    expect(rate?.values).toEqual([{ pointer: "/steps/1/rate", value: 0.5, low: 0.3, high: 0.7 }, null]);
    expect(rate?.pointers[1]).toBe("/steps/1/rate");
  });
  test("a_star_is_every_element_by_its_own_name", () => {
    const series = collectLeads(slices, [{ at: "/steps/*/journeys", kind: "count", word: { member: "name" } }]);
    expect(series.map(({ word, values }) => [word, ...values.map((value) => value?.value)])).toEqual([["A", 9, 2], ["B", 4, 0]]);
  });
  test("what_no_period_has_is_left_out", () => expect(collectLeads(slices, [{ at: "/revenue", kind: "money", word: "revenue" }])).toEqual([]));
  test("an_unknown_analysis_leads_with_all_its_numbers", () => {
    const result = { journeys: 3, rate: 0.5, rate_low: 0.2, rate_high: 0.8, median_seconds: 60, rows: [1], name: "x" };
    expect(guessLeads([result]).map(({ at, kind }) => [at, kind])).toEqual([["/journeys", "count"], ["/rate", "share"], ["/median_seconds", "seconds"]]);
  });
  test("a_figure_says_its_place_its_period_and_its_interval", () => {
    const periods = overviewOf("month", ["2026-03-01", "2026-04-01"], { from: "2026-03-01T00:00:00Z", to: "2026-04-09T00:00:00Z" });
    const [customers] = collectLeads(periods.list.map((period) => period.result), [{ at: "/customers", kind: "count", word: "customers" }]);
    expect(leadFigure(periods, customers!, 1)).toMatchObject({
      at: "overview.over:/slices/1/result/customers", value: 2, how: "customers, Apr 2026 (part, to 9 Apr): 2",
    });
  });
  test("an_axis_ends_at_a_round_number", () => expect([0, 1, 7, 23, 240, 0.037, 0.5].map(niceTop)).toEqual([1, 1, 10, 25, 250, 0.05, 0.5]));
});

describe("axis", () => {
  const width = (text: string): number => text.length * 6;
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `Month ${index}`);
  for (const [count, room] of [[1, 140], [2, 140], [9, 140], [12, 300], [400, 140]] as const) {
    test(`names_of_${count}_periods_in_${room}_pixels_do_not_touch_or_leave_the_picture`, () => {
      const labels = axisLabels(names(count), room, width);
      labels.forEach((label, index) => expect(label.left).toBeGreaterThanOrEqual(index === 0 ? 0 : labels[index - 1]!.right + 8));
      expect(labels.at(-1)!.right).toBeLessThanOrEqual(room);
      expect(labels.at(-1)!.index).toBe(count - 1);
    });
  }
  test("where_two_have_no_room_the_last_is_named", () => expect(axisLabels(names(2), 80, width).map((label) => label.index)).toEqual([1]));
});

describe("one_period", () => {
  test("it_reads_as_an_answer_of_its_own_with_its_own_reasons", () => {
    const periods = overviewOf("month", ["2026-03-01", "2026-04-01"], { undefined: { "/slices/1/result/x": "few", "/slices/0/result/x": "none" } });
    const answer = periods.answer(1);
    expect(answer).toMatchObject({ state: "answered", result: { events: 20 }, meta: { undefinedFigures: [{ pointer: "/x", reason: "few" }] } });
  });
  test("slices_in_place_of_the_whole_answer_are_periods_without_a_whole", () => {
    const answers = readAnswers(JSON.stringify({ answers: { funnel: { params: { over: "day" }, result: { slices: [{ start: "2026-03-01", result: { steps: [] } }] } } } }));
    expect(answers.funnel.state).toBe("absent");
    expect(answers.over.funnel?.at).toBe("funnel:/slices");
  });
  test("an_analysis_without_a_picture_is_kept", () => {
    const over = { labelled: { params: { over: "year" }, result: { slices: [{ start: "2026-01-01", result: { journeys: 4 } }] } } };
    expect(readAnswers(JSON.stringify({ over })).over.others.map((periods) => periods.analysis)).toEqual(["labelled"]);
  });
  test("a_slice_that_cannot_be_read_is_a_problem_and_no_error", () => {
    const over = { overview: { params: { over: "day" }, result: { slices: [7, { start: "soon", result: {} }] } } };
    const periods = readAnswers(JSON.stringify({ over })).over.overview;
    expect(periods?.problems).toHaveLength(2);
    expect(periods?.list[0]?.part).toBe("cannot be read");
  });
});
