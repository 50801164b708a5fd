// The one line of figures beside the title of a phase: who came in, who went on, what it is worth.

import type { Content } from "./element.ts";
import type { Figure } from "./figure.ts";
import { phaseFigure, phaseRow, type Journey } from "./journey.ts";
import type { Phase } from "../answers/stages.ts";

/** Words and figures in turn. */
export type Note = (string | Figure)[];

export function phaseNote(journey: Journey, phase: Phase): Note {
  const row = phaseRow(journey, phase);
  if (!row) return [];
  const note: Note = [];
  const entered = phaseFigure(journey, row, "entered");
  const on = phaseFigure(journey, row, "moved_on");
  const value = phaseFigure(journey, row, "value");
  if (entered) note.push(entered, phase === "buyer" ? (entered.value === 1 ? " person" : " people") : entered.value === 1 ? " customer" : " customers");
  if (on && phase === "buyer" && journey.handoffAfter !== null) {
    // In a period others buy, too, who came before it.
    const all = journey.source.handoff.buyers === on.value;
    note.push(note.length > 0 ? " → " : "", on, !all ? " went on" : on.value === 1 ? " buyer" : " buyers");
  }
  if (value && value.value > 0) note.push(note.length > 0 ? " · " : "", value);
  return note;
}

export function noteText(note: Note): string {
  return note.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

export function noteContent(note: Note, make: (figure: Figure) => Element): Content[] {
  return note.map((part) => (typeof part === "string" ? part : make(part)));
}
