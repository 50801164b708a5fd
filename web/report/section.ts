// A Section is one part of the report: its element, and what to draw once it stands in the page.

import type { Answer } from "../answers/answers.ts";
import { html, type Content } from "../drawing/element.ts";
import type { Reasons } from "../drawing/journey_table.ts";

export interface Section {
  element: HTMLElement;
  draw?: () => void;
}

/** What is shown of one answer, and what to draw once it stands in the page; drawing may return how to take it away. */
export interface View {
  content: Content[];
  draw?: () => (() => void) | void;
}

export function sectionElement(id: string, title: string, ...content: Content[]): HTMLElement {
  return html("section", { id, "aria-labelledby": `${id}-title` }, html("h2", { id: `${id}-title` }, title), ...content);
}

/** An empty state: what is not there, and what to do about it. */
export function notice(what: string, ...todo: Content[]): HTMLElement {
  return html("div", { class: "notice" }, html("p", { class: "notice-what" }, what), html("p", {}, ...todo));
}

export function code(text: string): HTMLElement {
  return html("code", {}, text);
}

/** The notice for an answer that is absent or was refused; null if there is an answer. */
export function missingAnswer(name: string, answer: Answer<unknown>, todo: Content[]): HTMLElement | null {
  if (answer.state === "answered") return null;
  if (answer.state === "refused") return notice(`The ${name} could not be worked out: ${answer.error}`, ...todo);
  return notice(`The ${name} is not part of this report.`, ...todo);
}

/** Looks up why a figure is missing; the pointer may stand in meta with or without "/result" before it. */
export function reasonsOf(answer: Answer<unknown>): Reasons {
  if (answer.state !== "answered") return () => undefined;
  const reasons = new Map(answer.meta.undefinedFigures.map(({ pointer, reason }) => [pointer.replace(/^\/result/, ""), reason]));
  return (pointer) => reasons.get(pointer);
}
