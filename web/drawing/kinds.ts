// The eight kinds of touchpoint, each by colour, letter and label, in the order their lanes are drawn.

export interface Kind {
  kind: string;
  label: string;
  letter: string;
  colour: string;
}

export const KINDS: readonly Kind[] = [
  { kind: "marketing", label: "marketing", letter: "M", colour: "#E08A00" },
  { kind: "online", label: "online", letter: "O", colour: "#3C9BD6" },
  { kind: "competitor", label: "competitor", letter: "X", colour: "#6B7280" },
  { kind: "sales", label: "sales", letter: "S", colour: "#C8511B" },
  { kind: "in_store", label: "in store", letter: "I", colour: "#B65C93" },
  { kind: "product", label: "product", letter: "P", colour: "#1668B0" },
  { kind: "service", label: "service", letter: "C", colour: "#0E8F6E" },
  { kind: "word_of_mouth", label: "word of mouth", letter: "W", colour: "#A58A00" },
];

/** The look of a kind; a kind that is not one of the eight is drawn grey with "?". */
export function findKind(kind: string): Kind {
  return KINDS.find((known) => known.kind === kind) ?? { kind, label: kind.replaceAll("_", " "), letter: "?", colour: "#6B7280" };
}

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((start) => {
    const value = parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (channels[0] ?? 0) + 0.7152 * (channels[1] ?? 0) + 0.0722 * (channels[2] ?? 0);
}

/** Contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** White or black, whichever reads better on a colour. */
export function inkOn(colour: string): string {
  return contrast(colour, "#FFFFFF") >= contrast(colour, "#000000") ? "#FFFFFF" : "#000000";
}
