// A Figure is one number on the page together with the place in the answers it came from, so that it can be checked.
//
// Every element that prints or draws a figure carries
//   data-figure="<answer>:<json pointer>"   the pointer into that answer's result ("stages:/stages/2/entered"),
//                                           or into its meta ("stages.meta:/journeys"); of an answer for each period,
//                                           "stages.over:/slices/3/result/stages/2/entered". Inside an element with
//                                           data-within="stages.over:/slices/3/result" the pointer is of that result
//   data-value="<raw value>"                the value found there, before it was formatted
//   data-of="<answer>:<json pointer>"       only for a share worked out on the page: what it is divided by
//   data-as="count|share|days|…"            how the text is to be read
//   data-how="…"                            how it was counted, shown on hover and on focus

export type FigureKind = "count" | "share" | "days" | "seconds" | "score" | "money";

export interface Figure {
  at: string;
  value: number;
  text: string;
  kind: FigureKind;
  of?: string;
  how?: string;
}

/** Writes a figure's origin onto the element that shows it. The element's text is left alone. */
export function markFigure(element: Element, figure: Figure): void {
  element.setAttribute("data-figure", figure.at);
  element.setAttribute("data-value", String(figure.value));
  element.setAttribute("data-as", figure.kind);
  if (figure.of !== undefined) element.setAttribute("data-of", figure.of);
  if (figure.how !== undefined) element.setAttribute("data-how", figure.how);
}
