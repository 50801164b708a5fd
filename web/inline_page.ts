// A step of the build that turns Vite's page, script and style into one HTML file that works from a file and without a network.

import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** Inlines the one script and the one style and allows exactly these two by a content security policy. */
export function inlinePage(fileName: string): Plugin {
  return {
    name: "inline-page",
    enforce: "post",
    generateBundle(_, bundle) {
      let page = "";
      let script = "";
      let style = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === "chunk") script += part.code;
        else if (name.endsWith(".css")) style += String(part.source);
        else if (name.endsWith(".html")) page = String(part.source);
        else this.error(`${name}: cannot be part of a page in one file`);
        delete bundle[name];
      }
      // Inside a script element "</script" and "<!--" would end or confuse it; in JavaScript strings "\x3c" means the same as "<".
      script = script.trim().replace(/<(?=\/script|!--)/gi, "\\x3c");
      style = style.trim();
      const policy = [
        "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, "img-src data:",
        "base-uri 'none'", "form-action 'none'",
      ].join("; ");
      page = page
        .replace(/\s*<script[^>]*src=[^>]*><\/script>/g, "")
        .replace(/\s*<link rel="(?:stylesheet|modulepreload)"[^>]*>/g, "")
        .replace(/(<meta charset="[^"]*">)/, (meta) => `${meta}\n<meta http-equiv="Content-Security-Policy" content="${policy}">`)
        .replace("</head>", () => `<style>${style}</style>\n</head>`)
        .replace("</body>", () => `<script type="module">${script}</script>\n</body>`);
      this.emitFile({ type: "asset", fileName, source: page });
    },
  };
}
