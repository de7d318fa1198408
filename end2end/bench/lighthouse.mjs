// Lighthouse's mobile profile, median of three: node bench/lighthouse.mjs BASE_URL [--quick]

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { executablePath, FLAGS } from "./browser.mjs";
import { line, median, say } from "./lines.mjs";

const base = process.argv[2];
if (!base?.startsWith("http")) {
  say("lighthouse.mjs: give the address of a running server, such as http://127.0.0.1:3000");
  process.exit(2);
}
const RUNS = process.argv.includes("--quick") ? 1 : 3;
const PAGES = { home: "/", map: "/map/320581001", "sign-in": "/sign-in" };
const BARS = { performance: 90, accessibility: 100, "best-practices": 95 };

/** Now and then Chromium loses the beginning of its trace; Lighthouse then asks to be run again. */
async function scores(path) {
  try {
    return await look(path);
  } catch (error) {
    say(`  ${error.message}; once more`);
    return look(path);
  }
}

async function look(path) {
  // A browser of its own each time: what the last run left behind would make the next one look fast.
  const chrome = await launch({ chromePath: executablePath, chromeFlags: ["--headless", ...FLAGS], logLevel: "silent" });
  try {
    const result = await lighthouse(base + path, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: Object.keys(BARS) });
    const { lhr } = result ?? {};
    if (!lhr || lhr.runtimeError) throw new Error(`Lighthouse could not look at ${base}${path}: ${lhr?.runtimeError?.message ?? "no result"}`);
    for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
      if (score === 1) continue;
      const lost = auditRefs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9);
      say(`  ${name} ${Math.round(score * 100)}: ${lost.map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim()).join(", ")}`);
    }
    return Object.fromEntries(Object.keys(BARS).map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
  } finally {
    chrome.kill();
  }
}

for (const [page, path] of Object.entries(PAGES)) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    say(`lighthouse ${page} ${run + 1}/${RUNS}`);
    runs.push(await scores(path));
  }
  for (const [name, bar] of Object.entries(BARS)) {
    const values = runs.map((run) => run[name]);
    say(`lighthouse ${page}/${name}: ${median(values)}`);
    line({ bench: "lighthouse", name: `${page}/${name}`, values, unit: "points", bar, best: "above" });
  }
}
