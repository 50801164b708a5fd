// Reading of answers: good ones whole, bad ones without a crash and with words for what is wrong.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readAnswers, shellWord, type Answer } from "../../answers/answers.ts";
import { isEmpty, makeHandoff, makeJourney, stageFigure } from "../../drawing/journey.ts";

const sample = (name: string): string => readFileSync(new URL(`../samples/${name}.json`, import.meta.url), "utf8");
const stagesOnly = (result: unknown, meta: unknown = {}): string => JSON.stringify({ answers: { stages: { analysis: "stages", result, meta } } });

function answered<T>(answer: Answer<T>): Extract<Answer<T>, { state: "answered" }> {
  if (answer.state !== "answered") throw new Error(`expected an answer (got ${answer.state})`);
  return answer;
}

describe("answers", () => {
  test("a_full_sample_is_read_without_problems", () => {
    const answers = readAnswers(sample("shop"));
    for (const answer of [answers.overview, answers.stages, answers.funnel]) expect(answered<unknown>(answer).problems).toEqual([]);
    expect(answered(answers.stages).result.stages).toHaveLength(7);
    expect(answered(answers.funnel).result.groups[0]?.steps).toHaveLength(5);
  });
  test("an_absent_answer_and_a_refused_one_are_told_apart", () => {
    const answers = readAnswers('{"answers": {"funnel": {"analysis": "funnel", "error": "funnel.steps: too few"}}}');
    expect(answers.overview.state).toBe("absent");
    expect(answers.funnel).toEqual({ state: "refused", error: "funnel.steps: too few" });
  });
  test("text_that_is_no_json_is_said_in_words", () => {
    expect(() => readAnswers("{")).toThrow(/not JSON/);
    expect(() => readAnswers("[]")).toThrow(/not a JSON object/);
  });
  test("a_value_of_the_wrong_type_is_left_out_and_reported", () => {
    const answer = answered(readAnswers(stagesOnly({ stages: [{ stage: "A", phase: "buyer", entered: "many" }] })).stages);
    expect(answer.result.stages[0]?.entered).toBeNull();
    expect(answer.problems).toEqual(['stages.stages[0].entered: must be a number (got "many")']);
  });
  test("a_row_that_is_no_object_is_skipped_and_pointers_stay_right", () => {
    const stages = answered(readAnswers(stagesOnly({ stages: [null, 7, { stage: "B", phase: "buyer", entered: 3 }] })).stages).result;
    const figure = stageFigure(makeJourney(stages), stages.stages[0]!, "entered");
    expect(figure?.at).toBe("stages:/stages/2/entered");
  });
  test("an_unknown_phase_takes_that_of_the_stage_before", () => {
    const answer = answered(readAnswers(stagesOnly({ stages: [{ stage: "A", phase: "customer" }, { stage: "B", phase: "moon" }] })).stages);
    expect(answer.result.stages[1]?.phase).toBe("customer");
    expect(answer.problems[0]).toContain('must be buyer or customer (got "moon")');
  });
  test("policy_may_be_texts_or_rules_with_words", () => {
    const meta = { policy: ["plain", { rule: "x", words: "in words" }, { rule: "only a name" }, 4] };
    expect(answered(readAnswers(stagesOnly({ stages: [] }, meta)).stages).meta.policy).toEqual(["plain", "in words", "only a name"]);
  });
  test("funnel_groups_may_hold_steps_or_a_result", () => {
    const step = { name: "A", journeys: 2 };
    const text = JSON.stringify({ answers: { funnel: { result: { groups: [{ group: "x", steps: [step] }, { group: null, result: { steps: [step] } }] } } } });
    const groups = answered(readAnswers(text).funnel).result.groups;
    expect(groups.map((group) => [group.group, group.steps[0]?.at])).toEqual([["x", "/groups/0/steps/0"], ["(none)", "/groups/1/result/steps/0"]]);
  });
  test("a_directory_is_written_as_a_shell_takes_it", () => {
    expect(["my shop", "it's", "./build/demo"].map(shellWord)).toEqual(["'my shop'", "'it'\\''s'", "./build/demo"]);
    expect(readAnswers('{"workspace": {"name": "shop"}}').workspace.directory).toBe("shop");
  });
  test("a_touchpoint_without_a_role_has_none_and_guesses_are_kept", () => {
    const rows = [{ touchpoint: "A", role: "none", kind: "none", guessed: false }, { touchpoint: "B", role: "buy", kind: "online", guessed: true }];
    const text = JSON.stringify({ answers: { overview: { result: { touchpoints: rows, guessed: 0.25, others: { names: 2, events: 9 } } } } });
    const overview = answered(readAnswers(text).overview).result;
    expect(overview.touchpoints.map(({ role, kind, guessed }) => [role, kind, guessed])).toEqual([[null, null, false], ["buy", "online", true]]);
    expect([overview.guessed, overview.others.names]).toEqual([0.25, 2]);
  });
  test("a_sample_without_roles_is_empty", () => {
    expect(isEmpty(makeJourney(answered(readAnswers(sample("bare")).stages).result))).toBe(true);
  });
});

describe("handoff", () => {
  const journey = (handoff: unknown, phases: unknown) => makeJourney(answered(readAnswers(stagesOnly({
    stages: [{ stage: "A", phase: "buyer", entered: 10 }, { stage: "B", phase: "customer", entered: 5 }], handoff, phases,
  })).stages).result);
  test("its_share_is_crossed_of_entered", () => {
    const share = makeHandoff(journey({ buyers: 5, crossed: 4 }, [{ phase: "buyer", entered: 10 }]))?.share;
    expect([share?.at, share?.of, share?.text]).toEqual(["stages:/handoff/crossed", "stages:/phases/0/entered", "40\u00a0%"]);
  });
  test("without_the_entered_of_the_phase_only_the_count_is_shown", () => {
    expect(makeHandoff(journey({ buyers: 5 }, []))).toMatchObject({ share: null, buyers: { value: 5 } });
  });
  test("while_nobody_has_had_the_time_there_are_buyers_and_no_share", () => {
    expect(makeHandoff(journey({ buyers: 5, matured: 0, crossed: 0, conversion: null }, [{ phase: "buyer", entered: 10 }]))).toMatchObject({ share: null, buyers: { value: 5 } });
  });
  test("without_any_count_there_is_none", () => expect(makeHandoff(journey(undefined, []))).toBeNull());
});
