// The journey drawing: draws the answer "stages" into a container, as columns where there is room and as rows where
// there is not, and again whenever the container's width changes.

import type { Stages } from "../answers/stages.ts";
import { drawColumns } from "./column_drawing.ts";
import { columnsFit, layoutColumns, narrowestColumns, occurringKinds } from "./column_layout.ts";
import { html } from "./element.ts";
import { isEmpty, makeJourney } from "./journey.ts";
import { findKind, inkOn } from "./kinds.ts";
import { noteText, phaseNote } from "./phase_note.ts";
import { drawRows } from "./row_drawing.ts";
import { canvasMeasure } from "./text_measure.ts";

/** Returns a function that stops following the container. The container must not be empty of width when shown. */
export function drawJourney(stages: Stages, container: HTMLElement): () => void {
  const journey = makeJourney(stages);
  if (isEmpty(journey)) return () => undefined;
  const measure = canvasMeasure(getComputedStyle(container).fontFamily || "sans-serif");
  let drawn = 0;
  let printing = false;
  const draw = (width: number): void => {
    if (width === drawn || width < 200) return;
    drawn = width;
    const columns = columnsFit(journey, width);
    const picture = columns
      ? drawColumns(journey, layoutColumns(journey, width, measure, (run) => measure(noteText(phaseNote(journey, run.phase)), 12)), measure)
      : drawRows(journey, width, measure);
    container.dataset["shape"] = columns ? "columns" : "rows";
    container.replaceChildren(picture, ...(columns ? [] : [kindLegend(occurringKinds(journey))]));
  };
  const follow = (): void => {
    if (!printing) draw(Math.floor(container.clientWidth));
  };
  // Paper shows the columns, scaled to the sheet, whatever the width of the screen.
  const beforePrint = (): void => {
    printing = true;
    draw(Math.ceil(Math.max(1200, narrowestColumns(journey))));
  };
  const afterPrint = (): void => {
    printing = false;
    follow();
  };
  follow();
  const observer = new ResizeObserver(follow);
  observer.observe(container);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);
  return () => {
    observer.disconnect();
    removeEventListener("beforeprint", beforePrint);
    removeEventListener("afterprint", afterPrint);
  };
}

/** What the letters stand for, where the lanes with their labels are not drawn. */
function kindLegend(kinds: string[]): HTMLElement | string {
  if (kinds.length === 0) return "";
  const list = html("ul", { class: "pg-legend", "aria-label": "Kinds of touchpoint" });
  for (const name of kinds) {
    const kind = findKind(name);
    const badge = html("span", { class: "pg-badge", "aria-hidden": "true" }, kind.letter);
    badge.style.background = kind.colour;
    badge.style.color = inkOn(kind.colour);
    list.append(html("li", {}, badge, kind.label));
  }
  return list;
}
