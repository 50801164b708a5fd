// The report: reads the answers that were put into the page and draws them, top to bottom.

import "../drawing/drawing.css";
import "./report.css";
import { readAnswers, type Answers } from "../answers/answers.ts";
import { html } from "../drawing/element.ts";
import { followTooltips } from "../drawing/tooltip.ts";
import { contentsSection } from "./contents_section.ts";
import { countingSection } from "./counting_section.ts";
import { funnelSection } from "./funnel_section.ts";
import { pageHead, pageHeader } from "./page_head.ts";
import { handoffSection } from "./handoff_section.ts";
import { journeySection } from "./journey_section.ts";
import { otherSection } from "./period_view.ts";
import type { Section } from "./section.ts";
import { transitionsSection } from "./transitions_section.ts";

function showProblem(page: HTMLElement, title: string, words: string): void {
  page.append(html("main", { class: "notice-page" }, html("h1", {}, title), html("p", {}, words)));
}

function drawReport(page: HTMLElement, answers: Answers): void {
  document.title = `${answers.workspace.name} · Peregrine report`;
  const sections: Section[] = [
    journeySection(answers), handoffSection(answers), funnelSection(answers), transitionsSection(answers), ...answers.over.others.map(otherSection),
    contentsSection(answers), countingSection(answers),
  ];
  page.append(
    html("a", { class: "skip", href: "#journey" }, "Skip to the journey"),
    pageHeader(answers),
    html("main", {}, pageHead(answers), ...sections.map((section) => section.element)),
  );
  // Drawings need the width of their container, so they are drawn once everything is in the page.
  for (const section of sections) section.draw?.();
}

const page = document.getElementById("page");
const text = document.getElementById("answers")?.textContent?.trim() ?? "";
if (page) {
  if (text === "" || text.startsWith("__")) {
    showProblem(page, "No answers in this page yet", "This is the empty report page. `peregrine report WORKSPACE -o report.html` fills it.");
  } else {
    try {
      drawReport(page, readAnswers(text));
      followTooltips(page);
    } catch (error) {
      page.replaceChildren();
      showProblem(page, "This report cannot be drawn", error instanceof Error ? error.message : String(error));
      console.error(error);
    }
  }
}
