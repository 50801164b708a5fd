// Reading of unknown JSON into typed facts. What is not as expected becomes null and is written down as a problem, never thrown.

export type Json = Record<string, unknown>;

/** Collects what could not be read: "stages.stages[2].entered: must be a number (got "x")". */
export class Reader {
  readonly problems: string[] = [];

  constructor(readonly name: string) {}

  problem(place: string, words: string): void {
    if (this.problems.length < 50) this.problems.push(`${this.name}${place}: ${words}`);
  }

  object(value: unknown, place: string): Json | null {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
    if (value !== undefined && value !== null) this.problem(place, `must be an object (got ${shown(value)})`);
    return null;
  }

  /** The objects of an array with their index; others are skipped, so that pointers stay right. */
  rows(from: Json, key: string, place: string): { index: number; row: Json }[] {
    const value = from[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.problem(`${place}.${key}`, `must be an array (got ${shown(value)})`);
      return [];
    }
    const rows: { index: number; row: Json }[] = [];
    value.forEach((item: unknown, index) => {
      const row = this.object(item, `${place}.${key}[${index}]`);
      if (row) rows.push({ index, row });
    });
    return rows;
  }

  number(from: Json, key: string, place: string): number | null {
    const value = from[key];
    if (value === undefined || value === null) return null;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.problem(`${place}.${key}`, `must be a number (got ${shown(value)})`);
    return null;
  }

  text(from: Json, key: string, place: string): string | null {
    const value = from[key];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    this.problem(`${place}.${key}`, `must be text (got ${shown(value)})`);
    return null;
  }

  numbers<K extends string>(from: Json, keys: readonly K[], place: string): Record<K, number | null> {
    const out = {} as Record<K, number | null>;
    for (const key of keys) out[key] = this.number(from, key, place);
    return out;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? text.slice(0, 40) + "…" : text;
}
