// Measuring and wrapping of text for drawings, where no browser layout does it for us.

/** Width in pixels of a text at a font size; weight 400 to 700. */
export type Measure = (text: string, size: number, weight?: number) => number;

/** A rough measure that needs no browser: for tests and for the case that there is no canvas. */
export const roughMeasure: Measure = (text, size, weight = 400) => text.length * size * (weight >= 600 ? 0.59 : 0.55);

/** The browser's own measure for a font family. */
export function canvasMeasure(family: string): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return roughMeasure;
  const known = new Map<string, number>();
  return (text, size, weight = 400) => {
    const key = `${size}|${weight}|${text}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    context.font = `${weight} ${size}px ${family}`;
    const width = context.measureText(text).width;
    known.set(key, width);
    return width;
  };
}

/** Cuts a text to a width, with an ellipsis where something was taken away. */
export function shorten(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && measure(letters.join("") + "…") > width) letters.pop();
  return letters.join("").trimEnd() + "…";
}

/** Breaks a text into at most `lines` lines of a width; a word that is too long is shortened. */
export function wrap(text: string, width: number, lines: number, measure: (text: string) => number): string[] {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const out: string[] = [];
  let line = "";
  for (const [index, word] of words.entries()) {
    const longer = line ? `${line} ${word}` : word;
    if (!line || measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (out.length === lines - 1) {
      out.push(shorten([line, ...words.slice(index)].join(" "), width, measure));
      return out;
    }
    out.push(shorten(line, width, measure));
    line = word;
  }
  if (line || out.length === 0) out.push(shorten(line, width, measure));
  return out;
}
