// The map adapter by itself: a page as the server writes it, without the server.

import { test as base, expect, type Page } from "@playwright/test";
import { axe } from "../support/axe";
import { tileOf } from "../support/mvt.mjs";
import { coverage, picture, project } from "../support/polygons.mjs";
import { script, SITE } from "../support/site";
import { serve } from "../support/site-server.mjs";
import { expectQuiet, type Watch, watch } from "../support/watch";

const shapes = coverage({ side: 6 });
const codes = shapes.features.map((feature) => feature.properties.code).filter((code) => code !== "320581");
const figure = { name: "每千户在办", unit: "件", breaks: [3, 6, 10], values: Object.fromEntries(codes.map((code, i) => [code, i % 13])) };
const options = { data: "/data.geojson", node: "320581", list: "#list", title: "示例市", notice: "示意图，边界为演示数据" };

const html = (more: object) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>地图</title>
<link rel="stylesheet" href="/page.css"><script type="module" src="${script("register")}"></script><script type="module" src="/start.js"></script></head>
<body><div id="map" class="map" aria-label="示例市的地图" data-module="${script("map")}" data-options='${JSON.stringify({ ...options, ...more })}'>${picture(shapes)}</div>
<ul id="list">${codes.map((code) => `<li><a href="#${code}" data-code="${code}">${code}</a></li>`).join("")}</ul></body></html>`;

const css = `body { margin: 0; } .map { position: relative; height: 420px; margin: 20px 16px; border: 1px solid #ccc; padding: 8px; }
.map svg { width: 100%; height: 100%; display: block; } .shape { fill: #fff; stroke: #566462; } .outline { fill: none; stroke: #2c3f44; stroke-width: 2; }
#list a { display: inline-block; min-height: 24px; }`;

const start = `const element = document.getElementById("map");
window.seen = [];
for (const name of ["select", "drill", "hover", "view", "ready", "problem", "located", "fullscreen"]) {
  element.addEventListener("linli:" + name, (event) => window.seen.push([name, event.detail]));
}
window.linli.load(element.dataset.module).then(({ mountMap }) => { window.handle = mountMap(element); return window.handle.ready; }).then(() => { window.done = true; });`;

interface Handle {
  [method: string]: (...args: unknown[]) => unknown;
}
declare global {
  interface Window {
    seen: [string, Record<string, unknown>][];
    handle: Handle;
    done: boolean;
  }
}

const test = base.extend<{ watched: Watch; open: (more?: object) => Promise<void> }>({
  watched: async ({ page }, use) => {
    const watched = watch(page);
    await use(watched);
    expectQuiet(watched);
  },
  open: async ({ page, watched: _ }, use) => {
    let more = {};
    const site = await serve([SITE], {
      "/": () => ({ body: html(more) }),
      "/page.css": () => ({ body: css, headers: { "content-type": "text/css" } }),
      "/start.js": () => ({ body: start, headers: { "content-type": "text/javascript" } }),
      "/data.geojson": () => ({ body: JSON.stringify(shapes) }),
      "/favicon.ico": () => ({ status: 204, body: "" }),
      "/sw.js": () => ({ body: "", headers: { "content-type": "text/javascript" } }),
    });
    await use(async (extra = {}) => {
      more = extra;
      await page.goto(site.url);
      await page.waitForFunction(() => window.done);
    });
    await page.goto("about:blank");
    await site.close();
  },
});

/** Where a feature's middle is in the window, by the SVG's own geometry: what the eye saw before the map took over. */
function middleOf(page: Page, code: string): Promise<{ x: number; y: number }> {
  return page.evaluate((wanted) => {
    const svg = document.querySelector<SVGSVGElement>("#map svg[data-extent]") as SVGSVGElement;
    const was = svg.style.display;
    svg.style.display = "";
    const box = (svg.querySelector(`[data-code="${wanted}"]`) as SVGElement).getBoundingClientRect();
    svg.style.display = was;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }, code);
}

const events = (page: Page, name: string) => page.evaluate((wanted) => window.seen.filter(([n]) => n === wanted).map(([, detail]) => detail), name);
const lastOf = async (page: Page, name: string) => (await events(page, name)).at(-1);

test("leaves nobody out", async ({ page, open }) => {
  await open({ figure });
  await page.evaluate(() => {
    document.body.prepend(Object.assign(document.createElement("h1"), { textContent: "地图" }));
    const main = document.createElement("main");
    main.append(...document.body.childNodes);
    document.body.append(main);
  });
  await axe(page);
});

test("takes over from the picture without a jump", async ({ page, open }) => {
  await open();
  const svg = page.locator("#map svg[data-extent]");
  await expect(svg).toBeHidden();
  await expect(page.locator("#map canvas").first()).toBeVisible();
  // Corner by corner: pressing where the SVG had a shape presses that shape.
  for (const code of [codes[0], codes[5], codes[17], codes[30], codes[35]] as string[]) {
    const { x, y } = await middleOf(page, code);
    await page.mouse.click(x, y);
    expect(await lastOf(page, "select")).toEqual({ code });
  }
  // And to the pixel: the canvas is darkest where the SVG's outline had its lower edge.
  const apart = await page.evaluate(() => {
    const svg = document.querySelector<SVGSVGElement>("#map svg[data-extent]") as SVGSVGElement;
    svg.style.display = "";
    const box = (svg.querySelector(".outline") as SVGElement).getBoundingClientRect();
    svg.style.display = "none";
    const canvas = document.querySelector<HTMLCanvasElement>("#map canvas") as HTMLCanvasElement;
    const on = canvas.getBoundingClientRect();
    const scale = canvas.width / on.width;
    const [x, y, reach] = [(box.x + box.width / 2 - on.x) * scale, (box.bottom - on.y) * scale, Math.round(8 * scale)];
    const column = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(Math.round(x), Math.round(y) - reach, 1, 2 * reach).data;
    const ink = Array.from({ length: 2 * reach }, (_, row) => {
      const [r, g, b, alpha] = column.slice(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
      return ((765 - r - g - b) * alpha) / 255;
    });
    const total = ink.reduce((sum, value) => sum + value ** 4, 0);
    return (ink.reduce((sum, value, row) => sum + value ** 4 * (row + 0.5), 0) / total - reach) / scale;
  });
  expect(Math.abs(apart)).toBeLessThan(1);
});

test("selects, drills and clears by pointer", async ({ page, open }) => {
  await open();
  const [inner, leaf] = [codes[14], codes[15]] as [string, string];
  const at = await middleOf(page, inner);
  await page.mouse.dblclick(at.x, at.y);
  expect(await events(page, "select")).toEqual([{ code: inner }]);
  expect(await events(page, "drill")).toEqual([{ code: inner }]);
  const other = await middleOf(page, leaf);
  await page.mouse.dblclick(other.x, other.y);
  expect(await events(page, "drill")).toHaveLength(1);
  await page.locator("#map").focus();
  await page.keyboard.press("Escape");
  expect(await lastOf(page, "select")).toEqual({ code: null });
});

test("draws, finds and marks from tiles what is too much for one file", async ({ page, open }) => {
  const whole = { ...shapes, features: shapes.features.filter((feature) => feature.properties.code === "320581") };
  await page.route("**/whole.geojson", (route) => route.fulfill({ json: whole }));
  await page.route("**/tiles/*.mvt", (route) => route.fulfill({ contentType: "application/vnd.mapbox-vector-tile", body: Buffer.from(tileOf(route.request().url(), shapes)) }));
  await open({ data: "/whole.geojson", tiles: "/tiles/{z}-{x}-{y}.mvt", figure });
  await expect(page.locator("#map svg[data-extent]")).toBeHidden();
  const [inner, leaf] = [codes[14], codes[15]] as [string, string];
  const at = await middleOf(page, inner);
  await page.mouse.move(at.x, at.y);
  await expect.poll(() => lastOf(page, "hover")).toEqual({ code: inner });
  await page.mouse.dblclick(at.x, at.y);
  expect(await events(page, "select")).toEqual([{ code: inner }]);
  expect(await events(page, "drill")).toEqual([{ code: inner }]);
  const other = await middleOf(page, leaf);
  await page.mouse.click(other.x, other.y);
  expect(await lastOf(page, "select")).toEqual({ code: leaf });
  await page.locator("#map").focus();
  await page.keyboard.press("Escape");
  expect(await lastOf(page, "select")).toEqual({ code: null });
  for (const key of ["n", "n", "p"]) await page.keyboard.press(key);
  const hovered = await lastOf(page, "hover");
  expect(codes).toContain(hovered?.code);
  await page.keyboard.press("Enter");
  expect(await lastOf(page, "select")).toEqual(hovered);
});

test.describe("on a touch screen", () => {
  test.use({ hasTouch: true, isMobile: true });

  test("works by touch: a tap selects, two fingers zoom", async ({ page, open, context }) => {
    await open();
    const [code, other] = [codes[14], codes[21]] as [string, string];
    const at = await middleOf(page, code);
    await page.touchscreen.tap(at.x, at.y);
    await expect.poll(() => lastOf(page, "select")).toEqual({ code });
    expect(await events(page, "hover"), "a finger does not hover").toEqual([]);
    // Two quick taps on neighbours are two choices, not a double tap.
    const next = await middleOf(page, other);
    await page.touchscreen.tap(next.x, next.y);
    await expect.poll(() => lastOf(page, "select")).toEqual({ code: other });

    const fingers = await context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number) =>
      fingers.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: at.x - apart, y: at.y, id: 0 }, { x: at.x + apart, y: at.y, id: 1 }],
      });
    await touch("touchStart", 30);
    for (let apart = 35; apart <= 90; apart += 5) await touch("touchMove", apart);
    await touch("touchEnd", 0);
    await expect.poll(() => lastOf(page, "view")).toBeTruthy();
    const { zoom } = (await lastOf(page, "view")) as { zoom: number };
    const width = await page.evaluate(() => document.querySelector(".map-live")?.clientWidth ?? 0);
    const whole = Math.log2((156543.03392804097 * width) / 66_000);
    expect(zoom).toBeGreaterThan(whole);
    // By now a double tap would have been told as one.
    expect(await events(page, "drill")).toEqual([]);
  });
});

test("works by keyboard alone", async ({ page, open }) => {
  await open();
  const map = page.getByRole("application", { name: "示例市的地图" });
  await map.focus();
  await page.keyboard.press("n");
  expect(await lastOf(page, "hover")).toEqual({ code: codes[0] });
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  await page.keyboard.press("Enter");
  expect(await lastOf(page, "select")).toEqual({ code: codes[1] });
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  expect(await lastOf(page, "drill")).toEqual({ code: codes[2] });
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => lastOf(page, "view")).toBeTruthy();
  const before = (await lastOf(page, "view")) as { zoom: number; lon: number };
  await page.keyboard.press("+");
  await expect.poll(async () => ((await lastOf(page, "view")) as { zoom: number }).zoom).toBeGreaterThan(before.zoom + 0.3);
  // The list beside the map points at what has focus in it.
  const image = () => page.locator("#map").screenshot();
  const without = await image();
  await page.locator(`#list a[data-code="${codes[14]}"]`).focus();
  await expect.poll(async () => (await image()).equals(without)).toBe(false);
});

test("tells where it stands only after a person moved it, and goes there again", async ({ page, open }) => {
  // The page's own clock runs ahead of what the map waits for before it tells: nothing was to be told.
  await page.clock.install();
  await open();
  await page.clock.runFor(1_000);
  expect(await events(page, "view")).toEqual([]);
  const { x, y } = await middleOf(page, codes[14] as string);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 10, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => lastOf(page, "view")).toBeTruthy();
  const view = (await lastOf(page, "view")) as { lon: number; lat: number; zoom: number };
  await open({ view });
  const box = (await page.locator("#map .map-live").boundingBox()) as { x: number; y: number; width: number; height: number };
  const wanted = shapes.features.find((feature) => feature.properties.code === codes[14]);
  const ring = wanted?.geometry.coordinates[0] as [number, number][];
  const [cx, cy] = project([ring.reduce((sum, p) => sum + p[0], 0) / ring.length, ring.reduce((sum, p) => sum + p[1], 0) / ring.length]);
  const [mx, my] = project([view.lon, view.lat]);
  const resolution = 156543.03392804097 / 2 ** view.zoom;
  await page.mouse.click(box.x + box.width / 2 + (cx - mx) / resolution, box.y + box.height / 2 - (cy - my) / resolution);
  expect(await lastOf(page, "select")).toEqual({ code: codes[14] });
});

test("tells a figure by colour, by pattern and by number", async ({ page, open }, info) => {
  await open({ figure });
  const legend = (await page.evaluate(() => window.handle.legend?.())) as { label: string; pattern: string; colour: string }[];
  expect(legend.map(({ label }) => label)).toEqual(["0–2", "3–5", "6–9", "10+"]);
  expect(new Set(legend.map(({ pattern }) => pattern)).size).toBe(4);
  const drawn = await page.locator("#map").screenshot({ path: `screenshots/${info.project.name}/adapter-figure.png` });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => document.documentElement.style.setProperty("--paper", "#1e2628"));
  await expect.poll(async () => (await page.locator("#map").screenshot()).equals(drawn)).toBe(false);
  await page.screenshot({ path: `screenshots/${info.project.name}/adapter-dark.png` });
  await page.evaluate(() => window.handle.setFigure?.(null));
  expect(await page.evaluate(() => window.handle.legend?.())).toEqual([]);
});

test("makes a picture with its caption", async ({ page, open }, info) => {
  await open({ figure });
  const { size, width, height, mapHeight, bytes } = await page.evaluate(async () => {
    const blob = (await window.handle.toPng?.()) as Blob;
    const bitmap = await createImageBitmap(blob);
    const live = document.querySelector(".map-live") as HTMLElement;
    const read = new FileReader();
    const bytes = await new Promise<string>((done) => {
      read.onload = () => done(read.result as string);
      read.readAsDataURL(blob);
    });
    return { size: blob.size, width: bitmap.width / live.clientWidth, height: bitmap.height, mapHeight: live.clientHeight, bytes };
  });
  expect(size).toBeGreaterThan(10_000);
  // Twice the pixels, and room for title, legend, notice and time.
  expect(width).toBe(2);
  expect(height).toBeGreaterThan((mapHeight + 100) * 2);
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`screenshots/${info.project.name}/adapter-export.png`, Buffer.from(bytes.split(",")[1] as string, "base64"));
});

test("says in Chinese what is wrong, and leaves the picture where it was", async ({ page, open, watched }) => {
  watched.allow(/^404 .*nothing\.geojson/);
  await open({ data: "/nothing.geojson" });
  expect(await lastOf(page, "problem")).toEqual({ kind: "data", message: "这里没有可以看的地图。" });
  await expect(page.locator("#map svg[data-extent]")).toBeVisible();
});

test("asks for a place only on request, and says when it may not", async ({ page, context, open }) => {
  await open();
  await page.evaluate(() => window.handle.locate?.());
  await expect.poll(() => lastOf(page, "problem")).toMatchObject({ kind: "location", message: expect.stringContaining("没有得到定位的许可") });
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 120.7, latitude: 31.6, accuracy: 30 });
  await page.evaluate(() => window.handle.locate?.());
  await expect.poll(() => lastOf(page, "located")).toEqual({ lon: 120.7, lat: 31.6, accuracy: 30 });
});

test("goes down in place, and leaves nothing behind", async ({ page, open }) => {
  await open();
  await page.evaluate((code) => window.handle.setData?.("/data.geojson", code), codes[3]);
  expect((await events(page, "ready")).length).toBe(2);
  await page.evaluate(() => window.handle.dispose?.());
  await expect(page.locator("#map svg[data-extent]")).toBeVisible();
  await expect(page.locator("#map canvas")).toHaveCount(0);
  expect(await page.locator("#map").getAttribute("role")).toBeNull();
});

for (const matrix of ["w", "c"] as const) {
  test(`asks 天地图 for the tiles of matrix set ${matrix}, and shows its review number`, async ({ page, open }) => {
    const asked: URL[] = [];
    const tile = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await page.route("**/tiles/**", (route) => {
      asked.push(new URL(route.request().url()));
      return route.fulfill({ body: tile, contentType: "image/png", headers: { "access-control-allow-origin": "*" } });
    });
    await open({ basemap: { kind: "vec", matrix, key: "a key", review: "GS（2024）0568 号", url: "/tiles/{layer}_{matrix}" } });
    await expect(page.locator(".map-credit")).toHaveText("天地图 GS（2024）0568 号");
    await expect.poll(() => new Set(asked.map((url) => url.pathname))).toEqual(new Set([`/tiles/vec_${matrix}`, `/tiles/cva_${matrix}`]));
    const [first] = asked as [URL];
    expect(first.searchParams.get("tk")).toBe("a key");
    const level = Number(first.searchParams.get("TileMatrix"));
    const [column, row] = [Number(first.searchParams.get("TileCol")), Number(first.searchParams.get("TileRow"))];
    // The tile asked for lies over 常熟.
    const n = 2 ** level;
    const lon = (column / n) * 360 - 180;
    const lat = matrix === "c" ? 90 - (row / n) * 360 : (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / n))) * 180) / Math.PI;
    const span = 360 / n;
    expect(Math.abs(lon - 120.8)).toBeLessThan(0.6 + span);
    expect(Math.abs(lat - 31.66)).toBeLessThan(0.6 + span);
    const png = (await page.evaluate(async () => ((await window.handle.toPng?.()) as Blob).size)) as number;
    expect(png).toBeGreaterThan(5000);
  });
}
