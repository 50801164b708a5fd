// The layout of the journey: nothing overlaps, nothing leaves the picture, whatever the framework.

import { describe, expect, test } from "vitest";
import { readAnswers } from "../../answers/answers.ts";
import { columnsFit, layoutColumns } from "../../drawing/column_layout.ts";
import { makeArcs, makeRibbons, thicknesses } from "../../drawing/flow.ts";
import { makeJourney, type Journey } from "../../drawing/journey.ts";
import { contrast, findKind, inkOn, KINDS } from "../../drawing/kinds.ts";
import { scoreRange } from "../../drawing/score_drawing.ts";
import { roughMeasure, shorten, wrap } from "../../drawing/text_measure.ts";

interface Shape {
  buyer: number;
  customer: number;
  entered?: (number | null)[];
  moves?: [number, number, number][];
}

function journeyOf({ buyer, customer, entered = [], moves = [] }: Shape): Journey {
  const stages = Array.from({ length: buyer + customer }, (_, index) => ({
    stage: `Stage number ${index}`, phase: index < buyer ? "buyer" : "customer", entered: entered[index] === undefined ? 1000 - index * 100 : entered[index],
    median_days: 3.1, conversion: 0.5, lost: 10,
  }));
  const rows = moves.map(([from, to, journeys]) => ({ source: `Stage number ${from}`, target: `Stage number ${to}`, journeys }));
  const answer = readAnswers(JSON.stringify({ answers: { stages: { result: { stages, moves: rows, handoff: { buyers: 3 } } } } })).stages;
  if (answer.state !== "answered") throw new Error("no answer");
  return makeJourney(answer.result);
}

const layoutOf = (shape: Shape, width: number) => layoutColumns(journeyOf(shape), width, roughMeasure, () => 200);

describe("columns", () => {
  const shapes: Shape[] = [{ buyer: 3, customer: 4 }, { buyer: 3, customer: 0 }, { buyer: 0, customer: 4 }, { buyer: 5, customer: 4 }, { buyer: 1, customer: 1 }];
  for (const shape of shapes) {
    test(`${shape.buyer}_buyer_and_${shape.customer}_customer_stages_fill_the_width_without_overlap`, () => {
      const layout = layoutOf(shape, 1360);
      layout.columns.slice(1).forEach((column, index) => {
        const before = layout.columns[index]!;
        expect(column.x).toBeGreaterThanOrEqual(before.x + before.width + 19);
      });
      const last = layout.columns.at(-1)!;
      expect(last.x + last.width).toBeCloseTo(1360 - 12, 6);
      expect(layout.bands).toHaveLength(Number(shape.buyer > 0) + Number(shape.customer > 0));
      expect(layout.handoffX === null).toBe(shape.buyer === 0 || shape.customer === 0);
    });
  }
  test("a_phone_takes_rows", () => expect(columnsFit(journeyOf({ buyer: 2, customer: 2 }), 358)).toBe(false));
  test("nine_stages_fit_a_wide_page_and_not_a_tablet", () => {
    expect(columnsFit(journeyOf({ buyer: 5, customer: 4 }), 1360)).toBe(true);
    expect(columnsFit(journeyOf({ buyer: 5, customer: 4 }), 704)).toBe(false);
  });
  test("parts_of_the_picture_come_one_below_the_other", () => {
    const { y } = layoutOf({ buyer: 3, customer: 4, moves: [[2, 1, 100], [2, 0, 100]] }, 1360);
    const order = [y.phase, y.title, y.stay, y.bar, y.interval, y.arcs, y.flow, y.middle, y.facts, y.bandEnd, y.end];
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });
});

describe("flow", () => {
  test("thickness_is_the_square_root_and_never_nothing_for_somebody", () => {
    expect(thicknesses(journeyOf({ buyer: 4, customer: 0, entered: [10000, 2500, 1, 0] }), 100)).toEqual([100, 50, 3, 0]);
  });
  test("a_stage_that_was_not_measured_is_not_drawn", () => {
    expect(thicknesses(journeyOf({ buyer: 2, customer: 0, entered: [4, null] }), 100)).toEqual([100, 0]);
  });
  test("ribbons_take_their_share_of_both_stages", () => {
    const journey = journeyOf({ buyer: 2, customer: 0, entered: [400, 100], moves: [[0, 1, 100]] });
    const [ribbon] = makeRibbons(journey, thicknesses(journey, 100));
    expect(ribbon!.leaves).toEqual({ start: -12.5, end: 12.5 });
    expect(ribbon!.arrives).toEqual({ start: -25, end: 25 });
  });
  test("ribbons_never_leave_their_stage_even_if_moves_are_more_than_entries", () => {
    const journey = journeyOf({ buyer: 3, customer: 0, entered: [10, 10, 10], moves: [[0, 1, 30], [0, 2, 30]] });
    for (const ribbon of makeRibbons(journey, thicknesses(journey, 100))) {
      expect(ribbon.leaves.start).toBeGreaterThanOrEqual(-50);
      expect(ribbon.leaves.end).toBeLessThanOrEqual(50);
    }
  });
  test("moves_to_unknown_stages_are_left_out", () => {
    expect(journeyOf({ buyer: 2, customer: 0, moves: [[0, 9, 5]] }).forward).toHaveLength(0);
  });
  test("arcs_that_overlap_stand_on_different_levels", () => {
    const arcs = makeArcs(journeyOf({ buyer: 4, customer: 0, moves: [[1, 0, 100], [2, 1, 100], [3, 0, 100]] }), 8);
    expect(arcs.map((arc) => arc.level)).toEqual([0, 0, 1]);
  });
  test("moves_back_below_two_percent_are_only_in_the_table", () => {
    expect(makeArcs(journeyOf({ buyer: 2, customer: 0, entered: [1000, 1000], moves: [[1, 0, 19]] }), 8)).toHaveLength(0);
    expect(makeArcs(journeyOf({ buyer: 2, customer: 0, entered: [1000, 1000], moves: [[1, 0, 20]] }), 8)).toHaveLength(1);
  });
});

describe("text", () => {
  const width = (text: string): number => text.length;
  test("long_titles_wrap_and_the_last_line_is_shortened", () => {
    expect(wrap("Receiving the product or service", 13, 3, width)).toEqual(["Receiving the", "product or", "service"]);
    expect(wrap("Receiving the product or service", 13, 2, width)).toEqual(["Receiving the", "product or s…"]);
  });
  test("a_word_that_is_too_long_is_shortened", () => expect(shorten("recommendation", 6, width)).toBe("recom…"));
  test("an_empty_name_is_one_empty_line", () => expect(wrap("", 10, 2, width)).toEqual([""]));
});

describe("scores_and_kinds", () => {
  test("an_nps_axis_holds_zero_and_stays_in_its_range", () => {
    expect(scoreRange("nps", [33, 78])).toEqual([0, 80]);
    expect(scoreRange("nps", [-99, -70])).toEqual([-100, 0]);
    expect(scoreRange("nps", [0])).toEqual([-20, 20]);
  });
  test("letters_are_readable_on_every_kind", () => {
    for (const { colour } of KINDS) expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
  });
  test("every_kind_has_its_own_letter", () => expect(new Set(KINDS.map((kind) => kind.letter)).size).toBe(8));
  test("an_unknown_kind_is_grey_with_a_question_mark", () => expect(findKind("hologram")).toMatchObject({ letter: "?", label: "hologram" }));
  test("texts_have_the_contrast_of_wcag_aa_on_their_ground", () => {
    const pairs = [
      ["#5B6472", "#F7F8FA"], ["#5B6472", "#EDF1FE"], ["#5B6472", "#E7F7F1"], ["#3B5BDB", "#EDF1FE"], ["#08704F", "#E7F7F1"], ["#925600", "#F7F8FA"],
      ["#98A2B3", "#0F1217"], ["#98A2B3", "#182038"], ["#98A2B3", "#10261F"], ["#91A7FF", "#182038"], ["#38D9A9", "#10261F"], ["#FFB938", "#0F1217"],
      ["#FFFFFF", "#3B5BDB"], ["#06261B", "#0CA678"], ["#231A00", "#F59F00"],
    ] as const;
    for (const [ink, ground] of pairs) expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
});
