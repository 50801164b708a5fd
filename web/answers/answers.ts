// Answers are everything a report is drawn from: the workspace and one answer for each analysis that was run.

import { readFunnel, type Funnel } from "./funnel.ts";
import { readHandoff, type Handoff } from "./handoff.ts";
import { readOverview, type Overview } from "./overview.ts";
import { readPeriods, type Periods } from "./periods.ts";
import { Reader, type Json } from "./reading.ts";
import { readStages, type Stages } from "./stages.ts";
import { readTransitions, type Transitions } from "./transitions.ts";

export interface Meta {
  events: number | null;
  journeys: number | null;
  from: string | null;
  to: string | null;
  timezone: string | null;
  policy: string[];
  undefinedFigures: { pointer: string; reason: string }[];
  seconds: number | null;
}

/** One analysis: answered, refused with an error, or not asked for at all. */
export type Answer<T> =
  | { state: "answered"; result: T; meta: Meta; params: Json; problems: string[] }
  | { state: "refused"; error: string }
  | { state: "absent" };

export interface Answers {
  /** `directory` as the commands of the program take it. */
  workspace: { name: string; directory: string; timezone: string; framework: string; imported: string | null };
  version: string;
  generated: string | null;
  command: string | null;
  overview: Answer<Overview>;
  stages: Answer<Stages>;
  funnel: Answer<Funnel>;
  transitions: Answer<Transitions>;
  handoff: Answer<Handoff>;
  over: Over;
}

/** Answers that were asked with `over`; null where there is none. */
export interface Over {
  overview: Periods<Overview> | null;
  stages: Periods<Stages> | null;
  funnel: Periods<Funnel> | null;
  transitions: Periods<Transitions> | null;
  handoff: Periods<Handoff> | null;
  /** Of analyses that this page has no picture of. */
  others: Periods<Json>[];
}

function readPolicy(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const words: string[] = [];
  for (const rule of value as unknown[]) {
    const text = typeof rule === "string" ? rule : ((rule as Json | null)?.["words"] ?? (rule as Json | null)?.["rule"]);
    if (typeof text === "string" && text !== "") words.push(text);
  }
  return words;
}

function readMeta(value: unknown, reader: Reader): Meta {
  const meta = reader.object(value, ".meta") ?? {};
  const reasons = reader.object(meta["undefined"], ".meta.undefined") ?? {};
  return {
    ...reader.numbers(meta, ["events", "journeys", "seconds"] as const, ".meta"),
    from: reader.text(meta, "from", ".meta"),
    to: reader.text(meta, "to", ".meta"),
    timezone: reader.text(meta, "timezone", ".meta"),
    policy: readPolicy(meta["policy"]),
    undefinedFigures: Object.entries(reasons).map(([pointer, reason]) => ({ pointer, reason: String(reason) })),
  };
}

function readAnswer<T>(all: Json, name: string, read: (result: Json, reader: Reader) => T): Answer<T> {
  const reader = new Reader(name);
  if (all[name] === undefined || all[name] === null) return { state: "absent" };
  const answer = reader.object(all[name], "");
  if (!answer) return { state: "refused", error: reader.problems[0] ?? `${name}: cannot be read` };
  if (typeof answer["error"] === "string") return { state: "refused", error: answer["error"] };
  const result = reader.object(answer["result"], ".result");
  if (!result) return { state: "refused", error: `${name}: has no result` };
  if (Array.isArray(result["slices"])) return { state: "absent" }; // it has periods only
  return {
    state: "answered",
    result: read(result, reader),
    meta: readMeta(answer["meta"], reader),
    params: reader.object(answer["params"], ".params") ?? {},
    problems: reader.problems,
  };
}

/** A word of a command line, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** An answer with `slices`: it stands beside the whole one, or in its place. */
function periodsOf<T>(root: { all: Json; over: Json }, name: string, read: (result: Json, reader: Reader) => T): Periods<T> | null {
  const reader = new Reader(name);
  for (const [holder, origin] of [[root.over, `${name}.over:`], [root.all, `${name}:`]] as const) {
    const answer = reader.object(holder[name], "");
    const result = reader.object(answer?.["result"], ".result");
    if (!answer || !result || !Array.isArray(result["slices"])) continue;
    return readPeriods({
      analysis: name, origin, params: reader.object(answer["params"], ".params") ?? {}, meta: readMeta(answer["meta"], reader),
      slices: (result["slices"] as unknown[]).map((slice, index) => reader.object(slice, `.slices[${index}]`) ?? {}),
    }, read);
  }
  return null;
}

const DRAWN = ["overview", "stages", "funnel", "transitions", "handoff"];

function readOver(all: Json, over: Json): Over {
  const root = { all, over };
  const others = [...new Set([...Object.keys(over), ...Object.keys(all)])].filter((name) => !DRAWN.includes(name));
  return {
    overview: periodsOf(root, "overview", readOverview), stages: periodsOf(root, "stages", readStages),
    funnel: periodsOf(root, "funnel", readFunnel), transitions: periodsOf(root, "transitions", readTransitions),
    handoff: periodsOf(root, "handoff", readHandoff),
    others: others.flatMap((name) => periodsOf(root, name, (result) => result) ?? []),
  };
}

/** Reads the text that the program put into the page. Throws an Error with words for the reader if it is no JSON object. */
export function readAnswers(text: string): Answers {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    throw new Error(`The answers in this page are not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const reader = new Reader("answers");
  const root = reader.object(whole, "");
  if (!root) throw new Error("The answers in this page are not a JSON object.");
  const workspace = reader.object(root["workspace"], ".workspace") ?? {};
  const all = reader.object(root["answers"], ".answers") ?? {};
  const name = reader.text(workspace, "name", ".workspace") ?? "workspace";
  return {
    workspace: {
      name, directory: shellWord(reader.text(workspace, "directory", ".workspace") ?? name),
      timezone: reader.text(workspace, "timezone", ".workspace") ?? "UTC",
      framework: reader.text(workspace, "framework", ".workspace") ?? "",
      imported: reader.text(workspace, "imported", ".workspace"),
    },
    version: reader.text(root, "version", "") ?? "",
    generated: reader.text(root, "generated", ""),
    command: reader.text(root, "command", ""),
    overview: readAnswer(all, "overview", readOverview),
    stages: readAnswer(all, "stages", readStages),
    funnel: readAnswer(all, "funnel", readFunnel),
    transitions: readAnswer(all, "transitions", readTransitions),
    handoff: readAnswer(all, "handoff", readHandoff),
    over: readOver(all, reader.object(root["over"], ".over") ?? {}),
  };
}
