// What a first visit fetches, as a browser really fetched it: node bench/bundle.mjs BASE_URL [--quick]
// The precache of the service worker is measured apart: it comes after the page, on its own time.

import { request } from "node:http";
import { launch } from "./browser.mjs";
import { line, say } from "./lines.mjs";

const base = process.argv[2];
if (!base?.startsWith("http")) {
  say("bundle.mjs: give the address of a running server, such as http://127.0.0.1:3000");
  process.exit(2);
}
const RUNS = process.argv.includes("--quick") ? 1 : 3;
/** Kilobytes of 1,000 bytes. */
const CASES = { home: { path: "/", bar: 260 }, map: { path: "/map/320581001", bar: 420 } };
const KINDS = { Document: "html", Script: "script", Stylesheet: "css", Image: "image", Fetch: "data", XHR: "data", Manifest: "other", Font: "font" };
const QUIET_MS = 1500;
const WORKER_WITHIN_MS = 30_000;
const kilobytes = (bytes) => Number((bytes / 1000).toFixed(1));

/** Bytes of the body as a browser that takes brotli is sent it. */
function transferred(address) {
  return new Promise((done, failed) => {
    request(address, { headers: { "accept-encoding": "br, gzip" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
      });
      response.on("end", () => (response.statusCode === 200 ? done(bytes) : failed(new Error(`${response.statusCode} ${address}`))));
    })
      .on("error", failed)
      .end();
  });
}

/** What the service worker keeps from its installation on, by address. It is registered only two seconds after the page has come to life. */
async function keptByWorker(page) {
  const until = Date.now() + WORKER_WITHIN_MS;
  for (;;) {
    const { state, kept } = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
      const names = (await caches.keys()).filter((name) => name.includes("precache"));
      const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return { state: worker?.state ?? "not registered", kept: keys.flat().map((key) => key.url) };
    });
    // Before that the list may still grow.
    if (state === "activated" && kept.length) return kept;
    if (Date.now() > until) {
      throw new Error(`${page.url()}: after ${WORKER_WITHIN_MS / 1000} s the service worker is ${state} and keeps ${kept.length} files, so its precache cannot be measured`);
    }
    await page.waitForTimeout(250);
  }
}

async function visit(browser, path) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    const asked = new Map();
    const kinds = {};
    let total = 0;
    let last = Date.now();
    session.on("Network.responseReceived", ({ requestId, type, response }) => asked.set(requestId, { type, response }));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const { type, response } = asked.get(requestId) ?? {};
      // What the worker answers once it rules is counted with its own fetches.
      if (!response || !response.url.startsWith(base) || response.fromServiceWorker || response.fromDiskCache) return;
      const kind = response.mimeType === "application/wasm" ? "wasm" : (KINDS[type] ?? "other");
      kinds[kind] = (kinds[kind] ?? 0) + encodedDataLength;
      total += encodedDataLength;
      last = Date.now();
    });
    const response = await page.goto(base + path, { waitUntil: "load" });
    if (response.status() !== 200) throw new Error(`${base}${path} answered ${response.status()}`);
    await page.waitForFunction(() => document.documentElement.hasAttribute("data-live"));
    while (Date.now() - last < QUIET_MS) await page.waitForTimeout(200);
    // The page ends here; what is fetched from now on is the worker's doing.
    const visited = { total, kinds: { ...kinds } };
    const kept = await keptByWorker(page);
    const precache = (await Promise.all(kept.map(transferred))).reduce((sum, bytes) => sum + bytes, 0);
    return { ...visited, precache };
  } finally {
    await context.close();
  }
}

const browser = await launch();
try {
  for (const [name, { path, bar }] of Object.entries(CASES)) {
    const visits = [];
    for (let run = 0; run < RUNS; run++) visits.push(await visit(browser, path));
    say(`bundle ${name}: ${visits.map((one) => kilobytes(one.total)).join(", ")} KB`);
    const [{ kinds, precache }] = visits;
    line({
      bench: "bundle",
      name,
      values: visits.map((one) => kilobytes(one.total)),
      unit: "KB",
      bar,
      ...Object.fromEntries(Object.entries(kinds).toSorted().map(([kind, bytes]) => [kind, kilobytes(bytes)])),
      precache: kilobytes(precache),
    });
  }
} finally {
  await browser.close();
}
