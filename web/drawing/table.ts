// Tables of figures: a head, rows of cells, numbers to the right; wide ones scroll inside their own frame.

import { figureSpan, html, type Content } from "./element.ts";
import type { Figure } from "./figure.ts";
import { formatCount, MISSING } from "./format.ts";

export interface TableColumn {
  head: string;
  number?: boolean;
  how?: string | undefined;
}

export type Cell = Figure | Node | string | null;

/** The look of a cell: a figure, a node, a text, or a dash with the reason why nothing was measured. */
export function cellContent(cell: Cell, reason?: string): Content {
  if (cell === null) {
    const dash = html("span", { class: "missing" }, MISSING);
    if (reason) dash.setAttribute("data-how", reason);
    return dash;
  }
  if (typeof cell === "string" || cell instanceof Node) return cell;
  return figureSpan(cell);
}

export function makeRow(columns: TableColumn[], cells: Content[]): HTMLTableRowElement {
  const row = html("tr");
  columns.forEach((column, index) => {
    const cell = index === 0 ? html("th", { scope: "row" }, cells[index]) : html("td", { class: column.number ? "number" : null }, cells[index]);
    row.append(cell);
  });
  return row;
}

export function makeTable(caption: string, columns: TableColumn[], rows: Content[][]): HTMLElement {
  const head = html("tr");
  for (const column of columns) {
    const cell = html("th", { scope: "col", class: column.number ? "number" : null }, column.head);
    if (column.how) cell.setAttribute("data-how", column.how);
    head.append(cell);
  }
  const body = html("tbody");
  for (const cells of rows) body.append(makeRow(columns, cells));
  return html(
    "div", { class: "table-frame", tabindex: 0, role: "region", "aria-label": caption },
    html("table", {}, html("caption", { class: "unseen" }, caption), html("thead", {}, head), body),
  );
}

/** A table of which `first` rows are shown; the others, if they are more than a few, are made when the button below is pressed. */
export function longTable(caption: string, columns: TableColumn[], rows: (() => Content[])[], first = 10): HTMLElement {
  const shown = rows.length <= first * 1.25 ? rows.length : first;
  const table = makeTable(caption, columns, rows.slice(0, shown).map((make) => make()));
  const all = html("div", {}, table);
  if (rows.length === shown) return all;
    const button = html("button", { type: "button", class: "more" }, `Show all ${formatCount(rows.length)}`);
  button.addEventListener("click", () => {
    const rest = rows.slice(shown).map((make) => makeRow(columns, make()));
    table.querySelector("tbody")?.append(...rest);
    button.remove();
    const head = rest[0]?.querySelector("th");
    head?.setAttribute("tabindex", "-1");
    head?.focus({ preventScroll: true });
  });
  all.append(button);
  return all;
}
