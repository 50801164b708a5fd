// The quiet tooltip: shows how a figure was counted, on hover and on keyboard focus; Escape hides it.

import { html } from "./element.ts";

const OFFSET = 12;

/** Follows every element with data-how (or a focused group that holds one) inside `root`. */
export function followTooltips(root: HTMLElement): void {
  const tip = html("div", { class: "tooltip", role: "tooltip", hidden: "" });
  root.append(tip);

  const show = (words: string, x: number, y: number): void => {
    tip.textContent = words;
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(x + OFFSET, document.documentElement.clientWidth - width - 8));
    const below = y + OFFSET + height < document.documentElement.clientHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? y + OFFSET : Math.max(8, y - OFFSET - height)}px`;
  };
  const hide = (): void => {
    tip.hidden = true;
  };

  root.addEventListener("pointermove", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-how]") : null;
    const words = target?.getAttribute("data-how");
    if (words) show(words, event.clientX, event.clientY);
    else if (event.pointerType === "mouse") hide();
  });
  root.addEventListener("pointerleave", hide);
  root.addEventListener("focusin", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches(":focus-visible")) return;
    const words = event.target.getAttribute("data-how") ?? event.target.getAttribute("aria-label");
    if (!words || !(event.target instanceof SVGElement || event.target.hasAttribute("data-how"))) return hide();
    const box = event.target.getBoundingClientRect();
    show(words, box.left, Math.min(box.bottom, document.documentElement.clientHeight - 80));
  });
  root.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("scroll", hide, { passive: true });
}
