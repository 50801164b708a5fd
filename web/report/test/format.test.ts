// Numbers in words: one rule a test.

import { describe, expect, test } from "vitest";
import {
  formatCount, formatDate, formatDays, formatMoney, formatName, formatRange, formatScore, formatSeconds, formatShare, formatTime, joinInterval,
} from "../../drawing/format.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("format", () => {
  test("counts_have_thousands_separators", () => {
    expect(formatCount(48210)).toBe("48,210");
    expect(formatCount(0)).toBe("0");
    expect(formatCount(12.25)).toBe("12.3");
  });
  test("shares_have_one_decimal_and_none_at_the_ends", () => {
    expect(plain(formatShare(0.4118))).toBe("41.2 %");
    expect(plain(formatShare(1))).toBe("100 %");
    expect(plain(formatShare(0))).toBe("0 %");
  });
  test("tiny_shares_are_not_rounded_to_nothing", () => expect(plain(formatShare(0.000312))).toBe("0.031 %"));
  test("times_take_their_fitting_unit", () => {
    expect(plain(formatSeconds(4.2))).toBe("4.2 s");
    expect(plain(formatSeconds(1860))).toBe("31 min");
    expect(plain(formatDays(0.3))).toBe("7.2 h");
    expect(plain(formatDays(9.4))).toBe("9.4 d");
    expect(plain(formatDays(31))).toBe("31 d");
    expect(plain(formatSeconds(0))).toBe("0 s");
  });
  test("money_is_short_and_names_its_currency", () => {
    expect(plain(formatMoney(412400.5, "EUR"))).toBe("€ 412k");
    expect(plain(formatMoney(1213000, "EUR"))).toBe("€ 1.21M");
    expect(plain(formatMoney(950, "USD"))).toBe("$ 950");
    expect(plain(formatMoney(-84000, "EUR"))).toBe("€ −84k");
    expect(plain(formatMoney(999999, null))).toBe("1M");
  });
  test("an_unknown_currency_is_written_as_it_is", () => expect(plain(formatMoney(5, "points"))).toBe("points 5"));
  test("scores_use_a_true_minus", () => {
    expect(formatScore(-8)).toBe("−8");
    expect(formatScore(-0.01)).toBe("0");
    expect(formatScore(41.4)).toBe("41");
  });
  test("an_interval_with_a_negative_end_is_set_off", () => {
    expect(joinInterval("40.8", "41.6")).toBe("40.8–41.6");
    expect(joinInterval("−8", "3")).toBe("−8 to 3");
  });
  test("dates_are_those_of_the_given_zone", () => {
    expect(formatDate("2026-06-30T22:30:00Z", "Europe/Amsterdam")).toBe("1 Jul 2026");
    expect(formatDate("2026-06-30T22:30:00Z", "UTC")).toBe("30 Jun 2026");
    expect(formatTime("2026-11-22T23:05:00Z", "Europe/Amsterdam")).toBe("23 Nov 2026, 00:05");
  });
  test("an_unknown_zone_reads_as_utc_and_no_date_as_it_is", () => {
    expect(formatDate("2026-06-30T22:30:00Z", "Mars/Base")).toBe("30 Jun 2026");
    expect(formatDate("soon", "UTC")).toBe("soon");
  });
  test("a_range_says_a_shared_year_once", () => {
    expect(formatRange("2026-07-01T00:00:00Z", "2026-09-30T00:00:00Z", "UTC")).toBe("1 Jul – 30 Sep 2026");
    expect(formatRange("2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z", "UTC")).toBe("31 Dec 2025 – 2 Jan 2026");
    expect(formatRange(null, null, "UTC")).toBe("no dates");
  });
  test("names_lose_their_underscores", () => expect(formatName("buyer_and_customer")).toBe("Buyer and customer"));
});
