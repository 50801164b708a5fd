// The handoff: what is read of its answer, which parts of the time are drawn, how differences are said.

import { describe, expect, test } from "vitest";
import { readAnswers } from "../../answers/answers.ts";
import type { Handoff } from "../../answers/handoff.ts";
import { binsDrawn, sayBin } from "../../drawing/handoff_chart.ts";
import { formatPoints } from "../../drawing/handoff_tables.ts";

function handoffOf(result: unknown): Handoff {
  const answer = readAnswers(JSON.stringify({ answers: { handoff: { result } } })).handoff;
  if (answer.state !== "answered") throw new Error("no answer");
  return answer.result;
}

const bins = (buyers: number[]): Handoff["histogram"] =>
  handoffOf({ histogram: buyers.map((count, day) => ({ from_days: day, to_days: day + 1, buyers: count })) }).histogram;

describe("reading", () => {
  test("outcomes_hold_count_share_and_interval", () => {
    const { outcomes, buyers } = handoffOf({ summary: { buyers: 4, returned: 1, returned_rate: 0.25, returned_rate_low: 0.1, returned_rate_high: 0.6 } });
    expect(buyers).toBe(4);
    expect(outcomes.find(({ outcome }) => outcome === "returned")).toEqual({ outcome: "returned", count: 1, rate: 0.25, low: 0.1, high: 0.6 });
    expect(outcomes.find(({ outcome }) => outcome === "onboarded")?.rate).toBeNull();
  });
  test("rows_that_cannot_be_read_are_skipped_and_pointers_stay_right", () => {
    const { touchpoints } = handoffOf({ touchpoints: [7, { touchpoint: "Guide Read", buyers: 3, lift: null }] });
    expect(touchpoints).toHaveLength(1);
    expect(touchpoints[0]).toMatchObject({ at: "/touchpoints/1", touchpoint: "Guide Read", buyers: 3, lift: null, small: false });
  });
  test("an_answer_of_nothing_is_nothing", () => expect(handoffOf({})).toMatchObject({ buyers: null, histogram: [], revenue: [], touchpoints: [] }));
});

describe("histogram", () => {
  test("an_empty_end_is_not_drawn_but_a_week_is", () => {
    expect(binsDrawn(bins([3, ...Array<number>(29).fill(0)]))).toHaveLength(7);
    expect(binsDrawn(bins([...Array<number>(19).fill(0), 2, ...Array<number>(10).fill(0)]))).toHaveLength(20);
  });
  test("few_parts_are_all_drawn", () => expect(binsDrawn(bins([0, 0]))).toHaveLength(2));
  test("a_part_is_said_from_where_to_where", () => expect(bins([1, 1]).map(sayBin)).toEqual(["up to 1\u00a0d", "1\u00a0d – 2\u00a0d"]));
});

describe("differences", () => {
  test("have_a_sign_but_for_none", () => {
    expect([0.1234, -0.04, 0, -0.0004, 1].map(formatPoints)).toEqual(["+12.3", "−4.0", "0.0", "0.0", "+100.0"]);
  });
});
