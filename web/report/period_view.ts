// A section whose answer was asked with `over`: time lines of its leading figures, the same as a table, and a picker that
// shows the whole view of one period in place of that of the range.

import type { Answer } from "../answers/answers.ts";
import { formatPeriod, type Periods } from "../answers/periods.ts";
import type { Json } from "../answers/reading.ts";
import { html } from "../drawing/element.ts";
import { collectLeads, guessLeads, type Lead, type LeadSeries } from "../drawing/leads.ts";
import { makePeriodTable } from "../drawing/period_table.ts";
import { EACH, makeTimeLines, type TimeLines } from "../drawing/time_lines.ts";
import { formatName } from "../drawing/format.ts";
import { notice, sectionElement, type Section, type View } from "./section.ts";

const WHOLE = "whole";
const SHOWN = "Shown below";

/** The leading figures over the periods: pictures and table; nothing to see where there is not one figure. */
function overview(title: string, periods: Periods<unknown>, leads: Lead[], onChoose: (index: number) => void): { elements: HTMLElement[]; lines: TimeLines | null } {
  const results: Json[] = periods.list.map((period) => period.result);
  const named = collectLeads(results, leads);
  const series: LeadSeries[] = named.length > 0 ? named : collectLeads(results, guessLeads(results));
  const head = html("h3", {}, EACH[periods.bucket]);
  if (series.length === 0) return { elements: [head, notice("There is no figure to show over time.", "No period has one.")], lines: null };
  const lines = makeTimeLines(periods, series, onChoose);
  const parts = periods.list.filter((period) => period.part !== null).length;
  const caption = html("p", { class: "caption" },
    `Each ${periods.bucket} as if it alone were asked about, cut in the zone ${periods.timezone}; beside a name its last whole ${periods.bucket}. `,
    parts > 0 && `${parts === 1 ? "The pale one is" : "Pale ones are"} not whole. `, "Intervals are 95 %.");
  const table = html("details", { class: "table-view" }, html("summary", {}, `${EACH[periods.bucket]} as a table`), makePeriodTable(title, periods, series));
  return { elements: [head, caption, lines.element, table], lines };
}

export function redrawnOnResize(element: HTMLElement, draw: () => void): void {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width || element.clientWidth === 0) return;
    width = element.clientWidth;
    draw();
  }).observe(element);
}

/** A section of one analysis: the view of its answer, or, where there are periods, of whichever is chosen. */
export function answerSection<T>(
  id: string, title: string, { whole, periods, leads }: { whole: Answer<T>; periods: Periods<T> | null; leads: Lead[] }, view: (answer: Answer<T>) => View,
): Section {
  const frame = html("div", { class: "view" });
  let close: (() => void) | undefined;
  const show = (answer: Answer<T>): (() => void) => {
    close?.();
    const { content, draw } = view(answer);
    frame.replaceChildren(...content.flatMap((part) => (part ? [part] : [])));
    close = undefined;
    return () => {
      close = draw?.() ?? undefined;
    };
  };
  if (!periods || periods.list.length === 0) {
    const draw = show(whole);
    return { element: sectionElement(id, title, frame), draw };
  }
  const picker = html("select", { id: `${id}-period`, "aria-label": `${SHOWN}: ${title}` });
  if (whole.state !== "absent") picker.append(html("option", { value: WHOLE }, "the whole range"));
  periods.list.forEach((period, index) => {
    picker.append(html("option", { value: index }, formatPeriod(period, periods.bucket) + (period.part ? ` (${period.part})` : "")));
  });
  const step = (words: string, sign: string, by: number): HTMLButtonElement => {
    const button = html("button", { type: "button", class: "step", "aria-label": `${words}: ${title}` }, sign);
    button.addEventListener("click", () => {
      picker.selectedIndex += by;
      choose();
      if (button.disabled) picker.focus();
    });
    return button;
  };
  const earlier = step("earlier", "‹", -1);
  const later = step("later", "›", 1);
  const { elements, lines } = overview(title, periods, leads, (index) => {
    picker.value = String(index);
    choose();
  });
  const choose = (): void => {
    const index = picker.value === WHOLE ? null : Number(picker.value);
    earlier.disabled = picker.selectedIndex <= 0;
    later.disabled = picker.selectedIndex >= picker.options.length - 1;
    if (index === null) frame.removeAttribute("data-within");
    else frame.setAttribute("data-within", `${periods.at}/${index}/result`);
    lines?.choose(index);
    show(index === null ? whole : periods.answer(index))();
  };
  if (whole.state === "absent") picker.value = String(Math.max(0, periods.list.findLastIndex((period) => period.part === null)));
  picker.addEventListener("change", choose);
  const element = sectionElement(
    id, title, html("div", { class: "periods" }, ...elements),
    html("div", { class: "picker" }, html("label", { for: picker.id }, SHOWN), earlier, picker, later), frame,
  );
  return {
    element,
    draw: () => {
      choose();
      if (lines) redrawnOnResize(lines.element, lines.draw);
    },
  };
}

/** An analysis that this page has no picture of: its figures over time. */
export function otherSection(periods: Periods<Json>): Section {
  const title = formatName(periods.analysis);
  const { elements, lines } = overview(title, periods, [], () => undefined);
  return {
    element: sectionElement(`over-${periods.analysis}`, title, ...elements),
    draw: () => {
      lines?.draw();
      if (lines) redrawnOnResize(lines.element, lines.draw);
    },
  };
}
