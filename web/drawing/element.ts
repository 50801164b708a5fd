// Makers of HTML and SVG elements. Text is always set as a text node, attributes through setAttribute: no markup is parsed.

import { markFigure, type Figure } from "./figure.ts";

export type Content = Node | string | null | undefined | false;
export type Attributes = Record<string, string | number | null | undefined | false>;

const SVG = "http://www.w3.org/2000/svg";

function fill<T extends Element>(element: T, attributes: Attributes, content: Content[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  for (const part of content) if (part) element.append(part);
  return element;
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, content);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: Content[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, content);
}

/** A figure as inline text. */
export function figureSpan(figure: Figure, className?: string): HTMLSpanElement {
  const span = html("span", { class: className ?? "figure" }, figure.text);
  markFigure(span, figure);
  return span;
}

/** A figure as part of an SVG text. */
export function figureTspan(figure: Figure, attributes: Attributes = {}): SVGTSpanElement {
  const span = svg("tspan", attributes, figure.text);
  markFigure(span, figure);
  return span;
}
