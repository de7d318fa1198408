import { axe, expect, live, test } from "../fixtures";
import type { Page } from "@playwright/test";

/** 常熟市, whose streets are below it. */
const CITY = "320581";

const map = (page: Page) => page.locator(".map").first();
const selectedIn = (page: Page) => new URL(page.url()).searchParams.get("sel");

/** The live map has taken over from the picture, as it does once somebody points at it. */
async function taken(page: Page): Promise<void> {
  await live(page);
  await map(page).hover();
  await expect(map(page).locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  await expect(map(page).locator("svg[data-extent]")).toBeHidden();
}

/** Where a link of the list has its shape, by the picture that the server drew. */
async function placeOf(page: Page, code: string): Promise<{ x: number; y: number }> {
  return map(page).evaluate((element, wanted) => {
    const svg = element.querySelector<SVGSVGElement>("svg[data-extent]") as SVGSVGElement;
    const was = svg.style.display;
    svg.style.display = "";
    const shape = svg.querySelector(`[data-code="${wanted}"]`) ?? svg.querySelector("path");
    const box = (shape as Element).getBoundingClientRect();
    svg.style.display = was;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }, code);
}

const codes = (page: Page) => page.locator("main [data-code]").evaluateAll((elements) => [...new Set(elements.map((element) => element.getAttribute("data-code") as string))]);

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the page is a map, its links and a table that says the same", async ({ page, shot }) => {
    await page.goto(`/map/${CITY}`);
    await expect(map(page).locator("svg[data-extent]")).toBeVisible();
    const shapes = await map(page).locator("svg path").count();
    expect(shapes).toBeGreaterThanOrEqual(17);
    await expect(page.locator("main")).toContainText("虞山街道");
    await expect(page.locator("main")).toContainText(/示意|演示/);
    const table = page.locator("main table");
    await expect(table.getByRole("row")).not.toHaveCount(0);
    expect(await table.first().getByRole("row").count()).toBeGreaterThanOrEqual(17);
    await shot("map-no-script");
    await page.locator("main").getByRole("link", { name: /虞山街道/ }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("虞山街道");
    await expect(map(page).locator("svg[data-extent]")).toBeVisible();
  });
});

test("the live map takes over in place", async ({ page, shot }) => {
  await page.goto(`/map/${CITY}`);
  await taken(page);
  await axe(page);
  await shot("map");
});

test("who only looks fetches no live map; a press on the picture chooses and calls for it", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => /\/js\/map-|\/map\/data\//.test(request.url()) && fetched.push(request.url()));
  await page.goto(`/map/${CITY}`);
  await live(page);
  await page.waitForLoadState("networkidle");
  expect(fetched).toEqual([]);
  const [code] = await codes(page);
  const { x, y } = await placeOf(page, code as string);
  await page.mouse.click(x, y);
  await expect.poll(() => selectedIn(page)).toBeTruthy();
  await expect(map(page).locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  expect(fetched.length).toBeGreaterThan(1);
});

test("a button of the map fetches it and then does what it says", async ({ page }) => {
  await page.goto(`/map/${CITY}`);
  await live(page);
  await page.getByRole("button", { name: "放大" }).focus();
  await page.keyboard.press("Enter");
  await expect(map(page).locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBeTruthy();
});

test("choosing a shape fills the panel and the address, and back undoes it", async ({ page, shot }) => {
  await page.goto(`/map/${CITY}`);
  await taken(page);
  const [code] = await codes(page);
  const { x, y } = await placeOf(page, code as string);
  await page.mouse.click(x, y);
  await expect.poll(() => selectedIn(page)).toBeTruthy();
  await shot("map-selected");
  await axe(page);
  await page.reload();
  await taken(page);
  expect(selectedIn(page)).toBeTruthy();
});

test("goes down by double click, and back by the browser's own back", async ({ page }) => {
  await page.goto(`/map/${CITY}`);
  await taken(page);
  const [code] = await codes(page);
  const { x, y } = await placeOf(page, code as string);
  await page.mouse.dblclick(x, y);
  await expect(page).toHaveURL(new RegExp(`/map/${CITY}\\d+`));
  await taken(page);
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/map/${CITY}(\\?|$)`));
  await taken(page);
});

test("the address says where one looks, and leads there again", async ({ page }) => {
  await page.goto(`/map/${CITY}`);
  await taken(page);
  await map(page).focus();
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toMatch(/^\d+\.\d+,\d+\.\d+,\d+(\.\d+)?$/);
  const at = new URL(page.url()).searchParams.get("at");
  await page.reload();
  await taken(page);
  expect(new URL(page.url()).searchParams.get("at")).toBe(at);
});

test("works by keyboard alone", async ({ page }) => {
  await page.goto(`/map/${CITY}`);
  await taken(page);
  await map(page).focus();
  await expect(map(page)).toBeFocused();
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await expect.poll(() => selectedIn(page)).toBeTruthy();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/map/${CITY}\\d+`));
});

test("the overview and a place without borders are pages too", async ({ page }) => {
  await page.goto("/map");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await axe(page);
});

test("the data is GeoJSON, and a code that nobody has is a 404", async ({ page, request, watched }) => {
  const data = await request.get(`/map/data/${CITY}.geojson`);
  expect(data.status()).toBe(200);
  expect(data.headers()["content-type"]).toContain("geo+json");
  const { type, features } = (await data.json()) as { type: string; features: { properties: { code: string; name: string } }[] };
  expect(type).toBe("FeatureCollection");
  expect(features.filter(({ properties }) => properties.code !== CITY)).toHaveLength(17);
  expect((await request.get("/map/data/999999.geojson")).status()).toBe(404);
  watched.allow(/^404 .*\/map\/999999$/);
  expect((await page.goto("/map/999999"))?.status()).toBe(404);
});
