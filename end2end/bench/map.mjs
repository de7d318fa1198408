// Ten thousand polygons in Chromium: the page as Linli serves it (picture first, then the adapter) beside a bare OpenLayers page, without
// layers over them and with all three.
// node bench/map.mjs [--quick]; the built scripts are looked for in LINLI_SITE, by default ../target/site.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { tileOf } from "../support/mvt.mjs";
import { coverage, picture } from "../support/polygons.mjs";
import { serve } from "../support/site-server.mjs";
import { launch } from "./browser.mjs";
import { line, median, say } from "./lines.mjs";

const quick = process.argv.includes("--quick");
const RUNS = quick ? 3 : 5;
const SIDE = quick ? 32 : 100;
const FRAMES = quick ? 30 : 60;
const FINISHED_WITHIN_MS = 60_000;
/** Until the tiles of the layers have come and are drawn. */
const LAYERS_MS = 2_000;
const LAYERS = ["areas", "staff", "points"];

const here = import.meta.dirname;
const scripts = resolve(here, "../../app/js");
const site = resolve(process.env.LINLI_SITE ?? resolve(here, "../../target/site"));
const { map } = JSON.parse(await readFile(resolve(site, "js/manifest.json"), "utf8"));

const shapes = coverage({ side: SIDE, seed: 20260101 });
const svg = picture(shapes);
/** What layers show of so wide a view: the units above those of the map. */
const above = coverage({ side: Math.round(SIDE / 5), seed: 20260102 });
const tiles = new Map();
/** `/layers/LAYER/Z-X-Y.mvt`, made once. */
function tileAt(path) {
  const of = LAYERS.find((layer) => path.startsWith(`/layers/${layer}/`));
  if (!of) return undefined;
  if (!tiles.has(path)) tiles.set(path, Buffer.from(tileOf(path, above, { of })));
  return { body: tiles.get(path), headers: { "content-type": "application/vnd.mapbox-vector-tile" } };
}
const zipped = (text, type) => {
  const body = gzipSync(text);
  return () => ({ body, headers: { "content-type": type, "content-encoding": "gzip" } });
};
const bare = async () => {
  const { build } = createRequire(resolve(scripts, "package.json"))("esbuild");
  const { outputFiles } = await build({ entryPoints: [resolve(here, "bare-map.js")], nodePaths: [resolve(scripts, "node_modules")], bundle: true, format: "esm", minify: true, write: false });
  return outputFiles[0].text;
};

const STYLE = "html,body,#map{height:100%;margin:0}#map{position:relative}#map svg{width:100%;height:100%}.shape{fill:#fff;stroke:#566462}.outline{fill:none;stroke:#2c3f44}";
const html = (inner, script) =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>地图</title><link rel="stylesheet" href="/page.css"><script type="module" src="${script}"></script></head><body>${inner}</body></html>`;
const options = JSON.stringify({ data: "/data.geojson", node: "320581" });
const pages = {
  "/linli": zipped(html(`<div id="map" data-options='${options}'>${svg}</div>`, "/linli.js"), "text/html; charset=utf-8"),
  "/bare": zipped(html(`<div id="map" data-extent="${/data-extent="([^"]+)"/.exec(svg)[1]}"></div>`, "/bare.js"), "text/html; charset=utf-8"),
  "/linli.js": zipped(
    `import { mountMap } from "${map}"; const handle = mountMap(document.getElementById("map"));
     const layers = ${JSON.stringify(LAYERS)}.map((code) => ({ code, tiles: "/layers/" + code + "/{z}-{x}-{y}.mvt" }));
     handle.ready.then(() => location.search && handle.setLayers(layers)).then(() => requestAnimationFrame(() => requestAnimationFrame(() => { window.finished = performance.now(); })));`,
    "text/javascript",
  ),
  "/bare.js": zipped(await bare(), "text/javascript"),
  "/page.css": zipped(STYLE, "text/css"),
  "/data.geojson": zipped(JSON.stringify(shapes), "application/geo+json"),
  "/favicon.ico": () => ({ status: 204, body: "" }),
};
const server = await serve([site], new Proxy(pages, { get: (all, path) => all[path] ?? (tileAt(path) && (() => tileAt(path))) }));

/** Drags the map by one step a frame and takes each frame's length (ms); both pages are dragged the same way. */
function drag(frames) {
  const viewport = document.querySelector(".ol-viewport");
  const box = viewport.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const send = (type, target, at) =>
    target.dispatchEvent(
      new PointerEvent(type, { bubbles: true, cancelable: true, composed: true, isPrimary: true, pointerId: 1, pointerType: "mouse", button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1, clientX: x + at, clientY: y + at / 2 }),
    );
  return new Promise((done) => {
    const lengths = [];
    let frame = 0;
    let before = 0;
    send("pointerdown", viewport, 0);
    const step = (now) => {
      if (frame > 1) lengths.push(now - before);
      before = now;
      if (frame++ < frames) {
        send("pointermove", document, 3 * frame);
        requestAnimationFrame(step);
      } else {
        send("pointerup", document, 3 * frame);
        done(lengths);
      }
    };
    requestAnimationFrame(step);
  });
}

async function measure(browser, path) {
  const page = await browser.newPage({ viewport: { width: 1024, height: 768 } });
  try {
    await page.goto(server.url + path);
    await page.waitForFunction(() => window.finished, undefined, { timeout: FINISHED_WITHIN_MS });
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    const interactive = await page.evaluate(() => window.finished);
    await page.waitForTimeout(path.includes("?") ? LAYERS_MS : 300);
    const pan = median(await page.evaluate(drag, FRAMES));
    return { paint: paint ?? interactive, interactive, pan };
  } finally {
    await page.close();
  }
}

const browser = await launch();
try {
  const runs = { "/linli": [], "/bare": [], "/linli?layers": [], "/bare?layers": [] };
  for (let run = -1; run < RUNS; run++) {
    for (const path of Object.keys(runs)) {
      const result = await measure(browser, path);
      say(`map ${path.slice(1)}${run < 0 ? " (warming up)" : ""}: ${JSON.stringify(result)}`);
      if (run >= 0) runs[path].push(result);
    }
  }
  const polygons = SIDE * SIDE;
  for (const [name, key, query, bar] of [["first-paint", "paint", ""], ["interactive", "interactive", "", 1.8], ["pan", "pan", "", 1.2], ["pan-layers", "pan", "?layers", 1.2]]) {
    const of = (page) => runs[page + query].map((run) => run[key]);
    line({ bench: "map", name, values: of("/linli"), baseline: of("/bare"), unit: "ms", polygons, ...(bar && { bar }) });
  }
} finally {
  await browser.close();
  await server.close();
}
