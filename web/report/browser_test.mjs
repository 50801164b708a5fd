// Checks a rendered report in a real browser: npm run browser-test -- REPORT.html ANSWERS.json
//
// At three widths, light and dark: every drawn figure equals the value at its pointer in the answers, and so does the
// number that is printed; every stage and step is drawn; nothing is requested, nothing complains, nothing overflows.
// Where the answers have periods: each of them is in the time lines and the table, and choosing one shows its own figures.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const WIDTHS = [390, 768, 1440];
const SCHEMES = ["light", "dark"];
const ARGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const [reportPath, answersPath] = process.argv.slice(2);
if (!reportPath || !answersPath) {
  console.error("usage: npm run browser-test -- REPORT.html ANSWERS.json");
  process.exit(2);
}
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) {
  console.error(`${executablePath}: no browser is there; set CHROMIUM to one. Nothing was tested.`);
  process.exit(2);
}

const answers = JSON.parse(readFileSync(answersPath, "utf8"));
const markup = readFileSync(reportPath, "utf8");
let passed = 0;
const failures = [];
function check(holds, words) {
  if (holds) passed += 1;
  else failures.push(words);
}

/**
 * The value a data-figure names: "<answer>:<pointer>" into the result, "<answer>.meta:<pointer>" into the meta,
 * "<answer>.over:<pointer>" into the result for each period.
 */
function valueAt(place) {
  const [, name, of, pointer] = /^(\w+)(?:\.(meta|over))?:(\/.*)$/.exec(place) ?? [];
  if (!name) return undefined;
  let value = of === "meta" ? answers.answers?.[name]?.meta : (of === "over" ? answers.over : answers.answers)?.[name]?.result;
  for (const part of pointer.slice(1).split("/")) value = value?.[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  return value;
}

const UNITS = { s: 1, min: 60, h: 3600, d: 86400, k: 1e3, M: 1e6, bn: 1e9, "%": 0.01 };

/** True if a printed text says the number, to the digits it prints. */
function says(text, value, kind) {
  const plain = text.replace(/[\u00a0\u202f,]/g, (space) => (space === "," ? "" : " ")).replace("−", "-").trim();
  const [, digits, suffix] = /(-?\d+(?:\.\d+)?)\s*(bn|min|[kMshd%])?\s*$/.exec(plain) ?? [];
  if (digits === undefined) return false;
  let unit = suffix ? UNITS[suffix] : 1;
  if (kind === "share" && !suffix) unit = 0.01;
  const meant = kind === "days" ? value * 86400 : value;
  const decimals = digits.split(".")[1]?.length ?? 0;
  return Math.abs(Number(digits) * unit - meant) <= 0.5000001 * 10 ** -decimals * unit + Math.abs(meant) * 1e-9;
}

function expectedFigures() {
  const expected = [];
  const stages = answers.answers?.stages?.result?.stages ?? [];
  if (stages.some((stage) => stage.entered > 0)) {
    stages.forEach((stage, index) => {
      for (const field of ["entered", "conversion", "conversion_low", "conversion_high", "median_days"]) {
        if (typeof stage[field] === "number") expected.push(`stages:/stages/${index}/${field}`);
      }
    });
  }
  const funnel = answers.answers?.funnel?.result;
  const groups = funnel?.groups
    ? funnel.groups.map((group, at) => [group.result?.steps ? `/groups/${at}/result` : `/groups/${at}`, group.result?.steps ?? group.steps ?? []])
    : [["", funnel?.steps ?? []]];
  for (const [pointer, steps] of groups) {
    if (!groups.some(([, others]) => others.some((step) => step.journeys > 0))) continue;
    steps.forEach((step, index) => {
      for (const field of ["journeys", "rate", "lost"]) if (typeof step[field] === "number") expected.push(`funnel:${pointer}/steps/${index}/${field}`);
    });
  }
  const transitions = answers.answers?.transitions?.result;
  if (transitions?.transitions > 0) {
    for (const [list, fields] of [["edges", ["count", "journeys", "median_seconds"]], ["variants", ["journeys", "share"]], ["steps/edges", ["journeys"]]]) {
      const rows = list.split("/").reduce((holder, key) => holder[key], transitions);
      rows.forEach((row, index) => {
        for (const field of fields) if (typeof row[field] === "number") expected.push(`transitions:/${list}/${index}/${field}`);
      });
    }
  }
  const handoff = answers.answers?.handoff?.result;
  if (handoff?.summary.buyers > 0) {
    for (const field of Object.keys(handoff.summary)) if (typeof handoff.summary[field] === "number" && !["matured", "immature"].includes(field)) expected.push(`handoff:/summary/${field}`);
    for (const [list, fields] of [["histogram", ["buyers"]], ["revenue", ["buyers", "revenue"]], ["touchpoints", ["buyers", "rate", "lift", "low", "high"]]]) {
      handoff[list].forEach((row, index) => {
        for (const field of fields) if (typeof row[field] === "number") expected.push(`handoff:/${list}/${index}/${field}`);
      });
    }
  }
  const overview = answers.answers?.overview?.result;
  if (overview?.events > 0) {
    for (const field of ["events", "customers", "quarantined", "unlabelled"]) expected.push(`overview:/${field}`);
    if (overview.guessed > 0) expected.push("overview:/guessed");
    if (overview.others?.names > 0) expected.push("overview:/others/names", "overview:/others/events");
    (overview.touchpoints ?? []).forEach((row, index) => {
      if (typeof row.events === "number") expected.push(`overview:/touchpoints/${index}/events`);
    });
  }
  for (const [name, at] of [["overview", "/customers"], ["stages", "/stages/0/entered"], ["funnel", "/steps/0/journeys"], ["transitions", "/journeys"], ["handoff", "/summary/buyers"]]) {
    (answers.over?.[name]?.result.slices ?? []).forEach((_, index) => {
      const place = `${name}.over:/slices/${index}/result${at}`;
      if (typeof valueAt(place) === "number") expected.push(place);
    });
  }
  return expected;
}

/** Runs in the page: chooses the last period of every section that has some; says how many did. */
function chooseLast() {
  const pickers = [...document.querySelectorAll(".picker select")];
  for (const picker of pickers) {
    picker.selectedIndex = picker.options.length - 1;
    picker.dispatchEvent(new Event("change"));
  }
  return pickers.length;
}

/** Runs in the page: what is drawn, as plain facts. */
function look() {
  const resolve = (element, place) => {
    const within = element.closest("[data-within]")?.dataset.within;
    const [name, pointer] = place?.split(/:(.*)/s) ?? [];
    return within?.startsWith(`${name}.`) ? `${within}${pointer}` : place;
  };
  for (const more of document.querySelectorAll("button.more")) more.click();
  for (const details of document.querySelectorAll("details")) details.open = true;
  const figures = [...document.querySelectorAll("[data-figure]")].map((element) => ({
    at: resolve(element, element.dataset.figure), value: element.dataset.value, of: resolve(element, element.dataset.of), kind: element.dataset.as,
    text: element.textContent ?? "", inDrawing: element.closest("svg") !== null,
  }));
  const cut = [...document.querySelectorAll(".pg-drawing, .time-line-drawing")].flatMap((drawing) => {
    const width = drawing.viewBox.baseVal.width;
    return [...drawing.querySelectorAll("text")].filter((text) => {
      const box = text.getBBox();
      return box.width > 0 && (box.x < -2 || box.x + box.width > width + 8);
    }).map((text) => text.textContent);
  });
  const guesses = document.querySelectorAll("td .guess").length;
  return { figures, cut, guesses, wide: document.documentElement.scrollWidth, title: document.title, text: document.body.innerText.length };
}

/** Every figure is the value at its pointer, and so is the number that is printed. */
function checkFigures(figures, place) {
  for (const figure of figures) {
    const value = valueAt(figure.at);
    check(typeof value === "number" && String(value) === figure.value, `${place}: ${figure.at} is drawn as ${figure.value}, the answers say ${value}`);
    if (figure.text === "") continue;
    const of = figure.of === undefined ? 1 : valueAt(figure.of);
    check(says(figure.text, Number(figure.value) / of, figure.kind), `${place}: ${figure.at} prints "${figure.text}" for ${Number(figure.value) / of} (${figure.kind})`);
  }
}

check(markup.split('id="answers"').length === 2, "the page must hold exactly one element with the id answers");
check(!markup.includes("__PEREGRINE_ANSWERS__"), "the token for the answers must have been replaced");

const browser = await chromium.launch({ executablePath, args: ARGS });
const url = pathToFileURL(resolve(reportPath)).href;
for (const colorScheme of SCHEMES) {
  for (const width of WIDTHS) {
    const place = `${width} px ${colorScheme}`;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints = [];
    const requests = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url && !/^(data|blob):/.test(request.url())) requests.push(request.url());
    });
    await page.goto(url);
    const before = await page.evaluate(() => document.documentElement.scrollWidth);
    const seen = await page.evaluate(look);
    const charts = await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.querySelector("svg")), null, { timeout: 10_000 })
      .catch(() => null);
    check(charts !== null, `${place}: a chart was not drawn`);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const after = await page.evaluate(() => document.documentElement.scrollWidth);

    check(Math.max(before, after) <= width, `${place}: the page is ${Math.max(before, after)} px wide and scrolls sideways`);
    check(complaints.length === 0, `${place}: the console complains: ${complaints.join(" | ")}`);
    check(requests.length === 0, `${place}: the page asks the network for ${requests.join(", ")}`);
    check(seen.cut.length === 0, `${place}: texts stand outside the drawing: ${seen.cut.join(" | ")}`);
    check(seen.text > 200, `${place}: the page is empty`);
    checkFigures(seen.figures, place);
    const drawn = new Set(seen.figures.map((figure) => figure.at));
    const inDrawing = new Set(seen.figures.filter((figure) => figure.inDrawing && figure.text !== "").map((figure) => figure.at));
    for (const at of expectedFigures()) {
      check(at.startsWith("stages:") ? inDrawing.has(at) : drawn.has(at), `${place}: ${at} is in the answers and is not drawn`);
    }
    const guesses = (answers.answers?.overview?.result?.touchpoints ?? []).filter((row) => row.guessed).length;
    check(seen.guesses >= guesses, `${place}: ${seen.guesses} of ${guesses} guesses are marked`);
    if (Object.values(answers.over ?? {}).some((answer) => answer.result.slices.length > 0)) {
      const chosen = await page.evaluate(chooseLast);
      const last = await page.evaluate(look);
      checkFigures(last.figures, `${place}, last period`);
      const within = new Set(last.figures.map((figure) => figure.at.split("/result/")[0]).filter((at) => at.includes(".over:")));
      check(chosen > 0 && within.size > 0, `${place}: no period can be chosen`);
      check(last.wide <= width, `${place}, last period: the page is ${last.wide} px wide`);
      check(last.cut.length === 0, `${place}, last period: texts stand outside the drawing: ${last.cut.join(" | ")}`);
      check(complaints.length === 0, `${place}, last period: the console complains: ${complaints.join(" | ")}`);
    }
    await page.close();
  }
}
await browser.close();

for (const failure of failures.slice(0, 40)) console.error(failure);
if (failures.length > 40) console.error(`… and ${failures.length - 40} more`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
