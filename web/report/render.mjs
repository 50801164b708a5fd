// Fills the built page with answers, as the program does: npm run render -- ANSWERS.json OUT.html

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TOKEN = "__PEREGRINE_ANSWERS__";
const [answers, out] = process.argv.slice(2);
if (!answers || !out) {
  console.error("usage: npm run render -- ANSWERS.json OUT.html");
  process.exit(2);
}
const page = readFileSync(fileURLToPath(new URL("./dist/report.html", import.meta.url)), "utf8");
const parts = page.split(TOKEN);
if (parts.length !== 2) {
  console.error(`report.html: must hold ${TOKEN} exactly once (got ${parts.length - 1}); run npm run build`);
  process.exit(1);
}
const json = JSON.stringify(JSON.parse(readFileSync(answers, "utf8"))).replaceAll("<", "\\u003c");
writeFileSync(out, parts.join(json));
