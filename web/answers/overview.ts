// The answer of the analysis "overview": what is in the data.

import { Reader, type Json } from "./reading.ts";

export interface Touchpoint {
  at: string;
  touchpoint: string;
  event: string | null;
  role: string | null;
  kind: string | null;
  events: number | null;
  customers: number | null;
  /** Its role and kind are guesses that no person confirmed. */
  guessed: boolean;
}

export interface Overview {
  events: number | null;
  customers: number | null;
  known_customers: number | null;
  from: string | null;
  to: string | null;
  unlabelled: number | null;
  guessed: number | null;
  quarantined: number | null;
  identities: { known: number | null; anonymous: number | null };
  touchpoints: Touchpoint[];
  /** Names without a row of their own. */
  others: { names: number | null; events: number | null };
  notes: string[];
}

/** The answer says in a word that there is no role or kind. */
const orNone = (text: string | null): string | null => (text === "none" ? null : text);

export function readOverview(result: Json, reader: Reader): Overview {
  const touchpoints = reader.rows(result, "touchpoints", "").map(({ index, row }): Touchpoint => {
    const place = `.touchpoints[${index}]`;
    const event = reader.text(row, "event", place);
    return {
      at: `/touchpoints/${index}`,
      touchpoint: reader.text(row, "touchpoint", place) ?? event ?? "(no name)",
      event,
      role: orNone(reader.text(row, "role", place)),
      kind: orNone(reader.text(row, "kind", place)),
      ...reader.numbers(row, ["events", "customers"] as const, place),
      guessed: row["guessed"] === true,
    };
  });
  const identities = reader.object(result["identities"], ".identities") ?? {};
  const notes: string[] = [];
  const rawNotes = result["notes"];
  if (Array.isArray(rawNotes)) {
    for (const note of rawNotes as unknown[]) {
      const text = typeof note === "string" ? note : (note as Json | null)?.["text"];
      if (typeof text === "string") notes.push(text);
    }
  }
  return {
    ...reader.numbers(result, ["events", "customers", "known_customers", "unlabelled", "guessed", "quarantined"] as const, ""),
    from: reader.text(result, "from", ""),
    to: reader.text(result, "to", ""),
    identities: reader.numbers(identities, ["known", "anonymous"] as const, ".identities"),
    touchpoints,
    others: reader.numbers(reader.object(result["others"], ".others") ?? {}, ["names", "events"] as const, ".others"),
    notes,
  };
}
