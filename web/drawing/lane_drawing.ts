// Touchpoints by kind: a lane for each kind that occurs, a pill at each stage whose width is the journeys that met it there.

import { LANE, type ColumnLayout } from "./column_layout.ts";
import { figureTspan, svg } from "./element.ts";
import { markFigure, type Figure } from "./figure.ts";
import { formatCount } from "./format.ts";
import type { Journey } from "./journey.ts";
import { findKind, inkOn } from "./kinds.ts";
import type { Measure } from "./text_measure.ts";
import type { KindRow } from "../answers/stages.ts";

export function kindFigure(journey: Journey, row: KindRow): Figure {
  const kind = findKind(row.kind);
  const figure: Figure = { at: `stages:${row.at}/journeys`, value: row.journeys, kind: "count", text: formatCount(row.journeys) };
  const words = journey.definitions["kinds"]?.words ?? "";
  figure.how = `${row.stage}, ${kind.label}: ${formatCount(row.journeys)}. ${words}`;
  return figure;
}

function inkClass(colour: string): string {
  return inkOn(colour) === "#FFFFFF" ? "pg-white" : "pg-dark";
}

/** The round badge of a kind: colour and letter. */
export function kindBadge(name: string, x: number, y: number): SVGElement {
  const kind = findKind(name);
  return svg(
    "g", { "aria-hidden": "true" },
    svg("circle", { cx: x, cy: y, r: 9, fill: kind.colour }),
    svg("text", { class: `pg-letter ${inkClass(kind.colour)}`, x, y: y + 3.5, "text-anchor": "middle" }, kind.letter),
  );
}

export function drawLanes(journey: Journey, layout: ColumnLayout, measure: Measure): SVGElement {
  const group = svg("g");
  if (layout.kinds.length === 0) return group;
  const top = layout.y.lanes;
  const first = layout.columns[0];
  const most = Math.max(1, ...journey.source.kinds.map((row) => row.journeys));
  group.append(
    svg("text", { class: "pg-lanehead", x: 0, y: top }, "Touchpoints by kind"),
    svg("text", { class: "pg-note", x: first?.x ?? 0, y: top }, "width grows with the square root of the journeys that met it during the stage"),
  );
  layout.kinds.forEach((name, row) => {
    const y = top + 24 + row * LANE;
    const kind = findKind(name);
    group.append(
      svg("line", { class: "pg-rule", x1: layout.gutter, x2: layout.width, y1: y, y2: y }),
      kindBadge(name, 12, y),
      svg("text", { class: "pg-lane", x: 30, y: y + 4 }, kind.label),
    );
    const pills = journey.source.kinds
      .filter((entry) => entry.kind === name && entry.journeys > 0)
      .map((entry) => ({ entry, column: layout.columns[journey.stages.findIndex((stage) => stage.stage === entry.stage)] }))
      .flatMap(({ entry, column }) => (column ? [{ entry, column }] : []))
      .sort((a, b) => a.column.x - b.column.x);
    const placed = pills.map(({ entry, column }) => {
      const wide = Math.max(6, Math.sqrt(entry.journeys / most) * (column.width - 8));
      const figure = kindFigure(journey, entry);
      const numberWidth = measure(figure.text, 11);
      const inside = wide > numberWidth + 16;
      const left = column.middle - wide / 2;
      return { figure, column, wide, inside, left, right: left + wide + (inside ? 0 : numberWidth + 8) };
    });
    placed.slice(1).forEach((next, at) => {
      const before = placed[at];
      if (!before || next.left - before.right < 12) return;
      group.append(svg("line", {
        class: "pg-link", x1: before.right + 4, x2: next.left - 4, y1: y, y2: y, stroke: kind.colour,
        "stroke-dasharray": name === "competitor" ? "4 3" : null,
      }));
    });
    for (const { figure, column, wide, inside, left } of placed) {
      const pill = svg("rect", { class: "pg-pill", x: left, y: y - 8, width: wide, height: 16, rx: Math.min(8, wide / 2), fill: kind.colour });
      markFigure(pill, figure);
      group.append(pill, svg(
        "text",
        {
          class: `pg-pilltext ${inside ? inkClass(kind.colour) : "pg-knockout pg-outside"}`, y: y + 3.8,
          x: inside ? column.middle : left + wide + 4, "text-anchor": inside ? "middle" : "start",
        },
        figureTspan(figure),
      ));
    }
  });
  return group;
}
