// How it was counted: the policy in words, the definitions, the figures that are not there and why, and how to repeat it.

import type { Answer, Answers, Meta, Over } from "../answers/answers.ts";
import type { Periods } from "../answers/periods.ts";
import { funnelDefinitions, handoffDefinitions, stageDefinitions, transitionDefinitions, type Definition } from "../drawing/definitions.ts";
import { html, type Content } from "../drawing/element.ts";
import { code, sectionElement, type Section } from "./section.ts";

export function countingSection(answers: Answers): Section {
  const all: [string, Answer<unknown>][] = [["overview", answers.overview], ["stages", answers.stages], ["funnel", answers.funnel], ["transitions", answers.transitions], ["handoff", answers.handoff]];
  return { element: sectionElement(
    "counting", "How it was counted",
    html("div", { class: "counting" }, rules(all, answers.over), html("div", {}, undefinedFigures(all), problems(all, answers.over), repeat(answers)), definitions(answers)),
  ) };
}

/** Rules that several analyses share are said once. */
function rules(all: [string, Answer<unknown>][], over: Over): Content {
  const names = new Map<string, Set<string>>();
  const add = (name: string, { policy }: Meta): void => {
    for (const rule of policy) names.set(rule, (names.get(rule) ?? new Set()).add(name));
  };
  for (const [name, answer] of all) if (answer.state === "answered") add(name, answer.meta);
  const known = new Set(names.keys());
  for (const { analysis, bucket, meta } of periodsIn(over)) add(`${analysis} by ${bucket}`, { ...meta, policy: meta.policy.filter((rule) => !known.has(rule)) });
  if (names.size === 0) return null;
  const list = html("ul");
  for (const [rule, where] of names) list.append(html("li", {}, rule, " ", html("span", { class: "interval" }, [...where].join(", "))));
  return html("div", {}, html("h3", {}, "Rules that were used"), list);
}

/** Figures that are not there for the same reason are said together. */
function undefinedFigures(all: [string, Answer<unknown>][]): Content {
  const figures = new Map<string, string[]>();
  for (const [name, answer] of all) {
    if (answer.state !== "answered") continue;
    for (const { pointer, reason } of answer.meta.undefinedFigures) {
      const key = `${name}: ${reason}`;
      figures.set(key, [...(figures.get(key) ?? []), pointer]);
    }
  }
  if (figures.size === 0) return null;
  const list = html("ul");
  for (const [reason, pointers] of figures) {
    const shown = pointers.length <= 2 ? pointers : pointers.slice(0, 1);
    const more = pointers.length - shown.length;
    const item = html("li", { title: pointers.join("\n") }, reason, " ");
    shown.forEach((pointer, i) => item.append(i > 0 ? " " : "", code(pointer)));
    if (more > 0) item.append(` and ${more} more`);
    list.append(item);
  }
  return html("div", {}, html("h3", {}, "Not measured, and why"), list);
}

const periodsIn = (over: Over): Periods<unknown>[] => [over.overview, over.stages, over.funnel, over.transitions, over.handoff, ...over.others].filter((periods) => periods !== null);

function problems(all: [string, Answer<unknown>][], over: Over): Content {
  const words = [...all.flatMap(([, answer]) => (answer.state === "answered" ? answer.problems : [])), ...periodsIn(over).flatMap((periods) => periods.problems)];
  return words.length === 0 ? null : html("div", {}, html("h3", {}, "Could not be read"), html("ul", {}, ...words.map((word) => html("li", {}, word))));
}

function repeat(answers: Answers): Content {
  return answers.command && html("div", {}, html("h3", {}, "Repeat it"), html("pre", {}, code(answers.command)));
}

function definitions(answers: Answers): Content {
  const known: [string, Record<string, Definition>][] = [];
  if (answers.stages.state === "answered") known.push(["The journey", stageDefinitions(answers.stages.result.idle_days)]);
  if (answers.funnel.state === "answered") known.push(["The funnel", funnelDefinitions()]);
  if (answers.transitions.state === "answered") known.push(["What comes next", transitionDefinitions()]);
  if (answers.handoff.state === "answered") known.push(["The handoff", handoffDefinitions(answers.handoff.result.within_days)]);
  if (known.length === 0) return null;
  const blocks = known.map(([title, words]) => {
    const list = html("dl", { class: "definitions" });
    for (const { word, words: meaning } of Object.values(words)) list.append(html("dt", {}, word), html("dd", {}, meaning));
    return html("div", {}, html("h4", {}, title), list);
  });
  return html("details", { class: "table-view wide" }, html("summary", {}, "What each figure means"), html("div", { class: "two" }, ...blocks));
}
