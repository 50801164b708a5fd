// The pictures of transitions: steps that fit, edges that join what is there, names that stay where they belong.

import { describe, expect, test } from "vitest";
import { readAnswers } from "../../answers/answers.ts";
import type { Transitions } from "../../answers/transitions.ts";
import { arrowWidth, makeGraph, sayEdge, sayName, unroll } from "../../drawing/transition_layout.ts";

function transitionsOf(result: unknown): Transitions {
  const answer = readAnswers(JSON.stringify({ answers: { transitions: { result } } })).transitions;
  if (answer.state !== "answered") throw new Error("no answer");
  return answer.result;
}

const steps = transitionsOf({
  steps: {
    nodes: [1, 2, 3, 4, 5].flatMap((step) => [{ step, name: "A", journeys: 10 - step }, { step, name: "(end)", journeys: 1 }]),
    edges: [1, 2, 3, 4].flatMap((step) => [
      { step, source: "A", target: "A", journeys: 9 - step, median_seconds: 60 }, { step, source: "A", target: "(end)", journeys: 1, median_seconds: null },
    ]),
  },
});

describe("unroll", () => {
  test("a_wide_page_shows_every_step", () => expect(unroll(steps, 1200)).toMatchObject({ shown: 5, all: 5 }));
  test("a_phone_shows_the_first_steps_and_no_link_into_what_is_not_there", () => {
    const { shown, nodes, links } = unroll(steps, 358);
    expect(shown).toBe(3);
    const ids = new Set(nodes.map((node) => node.id));
    expect(Math.max(...nodes.map((node) => node.step))).toBe(3);
    for (const link of links) expect(ids.has(link.from) && ids.has(link.to)).toBe(true);
    expect(links).toHaveLength(4);
  });
  test("two_steps_are_shown_however_narrow", () => expect(unroll(steps, 10).shown).toBe(2));
  test("one_name_in_two_steps_is_two_nodes", () => {
    const ids = unroll(steps, 1200).nodes.map((node) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  test("nothing_there_is_nothing_drawn", () => expect(unroll(transitionsOf({}), 1200)).toEqual({ nodes: [], links: [], shown: 0, all: 0 }));
});

describe("graph", () => {
  const edge = (source: string, target: string, journeys: number) => ({ source, target, journeys, count: journeys * 2, median_seconds: 1, p90_seconds: 2 });
  const graph = makeGraph(transitionsOf({ edges: [
    edge("A", "B", 9), edge("A", "A", 50), edge("B", "C", 5), edge("C", "A", 1), edge("other", "A", 40), edge("C", "D", 2), edge("D", "E", 0),
  ] }), 3);

  test("the_strongest_edges_between_different_names_are_drawn", () => {
    expect(graph.edges.map(({ source, target }) => source.text + target.text)).toEqual(["AB", "BC", "CD"]);
  });
  test("every_edge_has_its_two_nodes_and_no_node_stands_alone", () => {
    expect(graph.nodes.map((node) => node.name.text).sort()).toEqual(["A", "B", "C", "D"]);
  });
  test("a_name_after_itself_is_kept_with_its_node", () => {
    expect(graph.nodes.find((node) => node.name.text === "A")?.again?.journeys).toBe(50);
    expect(graph.nodes.find((node) => node.name.text === "B")?.again).toBeNull();
  });
  test("nodes_have_places_of_their_own_inside_the_picture", () => {
    const places = graph.nodes.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`);
    expect(new Set(places).size).toBe(graph.nodes.length);
    for (const { x, y } of graph.nodes) {
      for (const at of [x, y]) {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(1);
      }
    }
  });
  test("an_arrow_is_as_wide_as_its_journeys_and_never_invisible", () => {
    expect(arrowWidth(100, 100)).toBe(12);
    expect(arrowWidth(50, 100)).toBe(6);
    expect(arrowWidth(1, 1_000_000)).toBe(1);
  });
  test("answers_that_are_no_answers_become_problems_and_not_errors", () => {
    const odd = readAnswers(JSON.stringify({ answers: { transitions: { result: { edges: 3, steps: [], variants: [{ variant: 1 }] } } } })).transitions;
    expect(odd.state === "answered" && odd.problems.length).toBe(3);
  });
});

describe("names", () => {
  const names = (result: unknown) => transitionsOf(result).edges.map(({ source }) => [source.is, sayName(source)]);
  const edges = [{ source: "other", target: "A", journeys: 3 }];
  test("the_rest_is_never_called_as_an_event_may_be", () => expect(names({ edges, other_names: 4 })).toEqual([["rest", "all other names"]]));
  test("an_event_that_is_called_other_keeps_its_name_where_nothing_was_left_out", () => expect(names({ edges, other_names: 0 })).toEqual([["name", "other"]]));
  test("an_event_that_is_called_like_the_end_of_a_journey_is_an_event", () => {
    expect(names({ edges: [{ source: "(end)", target: "A", journeys: 3 }] })).toEqual([["name", "(end)"]]);
  });
  test("a_row_that_says_what_a_name_stands_for_is_believed", () => {
    const said = [{ source: "other", source_is: "name", target: "A" }, { source: "other", source_is: "rest", target: "A" }];
    expect(names({ edges: said, other_names: 4 })).toEqual([["name", "other"], ["rest", "all other names"]]);
  });
  test("a_step_that_is_called_other_and_the_rest_are_two_nodes", () => {
    const { nodes } = unroll(transitionsOf({ steps: { nodes: [
      { step: 1, name: "other", is: "name", journeys: 5 }, { step: 1, name: "other", is: "rest", journeys: 4 }, { step: 2, name: "(end)", journeys: 9 },
    ] } }), 1200);
    expect(new Set(nodes.map((node) => node.id)).size).toBe(3);
    expect(nodes.map((node) => sayName(node.name))).toEqual(["other", "all other names", "journey ends"]);
  });
  test("the_rest_of_whole_ways_has_no_length", () => {
    const { variants } = transitionsOf({ variants: [{ variant: "other", length: 1, journeys: 2 }, { variant: "other", length: null, journeys: 7 }] });
    expect(variants.map((row) => row.rest)).toEqual([false, true]);
  });
  test("names_from_right_to_left_do_not_turn_the_arrow_round", () => {
    expect(sayEdge({ source: { text: "עגלה", is: "name" }, target: { text: "קנייה", is: "name" } })).toBe("\u2068עגלה\u2069 → \u2068קנייה\u2069");
  });
});
