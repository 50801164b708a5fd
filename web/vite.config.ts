// How the report page is built: one entry, one HTML file.

import { defineConfig } from "vitest/config";
import { inlinePage } from "./inline_page.ts";

export default defineConfig({
  root: "report",
  base: "./",
  plugins: [inlinePage("report.html")],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 100_000_000,
    chunkSizeWarningLimit: 2000,
  },
  test: { include: ["test/**/*.test.ts"] },
});
