// The answer of the analysis "handoff": what becomes of buyers once they have bought.

import { Reader, type Json } from "./reading.ts";

export const OUTCOMES = ["reached_value", "onboarded", "early_support", "returned", "bought_again", "dropped_baton"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface OutcomeFigures {
  outcome: Outcome;
  count: number | null;
  rate: number | null;
  low: number | null;
  high: number | null;
}

export interface TimeBin {
  at: string;
  from_days: number;
  to_days: number;
  buyers: number;
}

export interface RevenueRow {
  at: string;
  group: string;
  buyers: number | null;
  revenue: number | null;
  revenue_per_buyer: number | null;
}

const TOUCHPOINT_FIGURES = ["buyers", "good", "rate", "rate_low", "rate_high", "without_rate", "lift", "low", "high", "p", "q"] as const;
export interface TouchpointRow extends Record<(typeof TOUCHPOINT_FIGURES)[number], number | null> {
  at: string;
  touchpoint: string;
  small: boolean;
}

export interface Handoff {
  within_days: number | null;
  currency: string | null;
  buyers: number | null;
  matured: number | null;
  immature: number | null;
  median_days_to_value: number | null;
  p90_days_to_value: number | null;
  small: boolean;
  outcomes: OutcomeFigures[];
  histogram: TimeBin[];
  revenue: RevenueRow[];
  touchpoints: TouchpointRow[];
  tested: number | null;
  left_out: number | null;
}

export function readHandoff(result: Json, reader: Reader): Handoff {
  const summary = reader.object(result["summary"], ".summary") ?? {};
  const of = (key: string): number | null => reader.number(summary, key, ".summary");
  return {
    ...reader.numbers(result, ["within_days", "tested", "left_out"] as const, ""),
    currency: reader.text(result, "currency", ""),
    ...reader.numbers(summary, ["buyers", "matured", "immature", "median_days_to_value", "p90_days_to_value"] as const, ".summary"),
    small: summary["small"] === true,
    outcomes: OUTCOMES.map((outcome) => ({
      outcome, count: of(outcome), rate: of(`${outcome}_rate`), low: of(`${outcome}_rate_low`), high: of(`${outcome}_rate_high`),
    })),
    histogram: reader.rows(result, "histogram", "").map(({ index, row }) => {
      const place = `.histogram[${index}]`;
      const number = (key: string): number => reader.number(row, key, place) ?? 0;
      return { at: `/histogram/${index}`, from_days: number("from_days"), to_days: number("to_days"), buyers: number("buyers") };
    }),
    revenue: reader.rows(result, "revenue", "").map(({ index, row }) => {
      const place = `.revenue[${index}]`;
      return {
        at: `/revenue/${index}`, group: reader.text(row, "group", place) ?? "",
        ...reader.numbers(row, ["buyers", "revenue", "revenue_per_buyer"] as const, place),
      };
    }),
    touchpoints: reader.rows(result, "touchpoints", "").map(({ index, row }) => {
      const place = `.touchpoints[${index}]`;
      return {
        at: `/touchpoints/${index}`, touchpoint: reader.text(row, "touchpoint", place) ?? "", small: row["small"] === true,
        ...reader.numbers(row, TOUCHPOINT_FIGURES, place),
      };
    }),
  };
}
