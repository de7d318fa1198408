// A map file, from choosing it to what it changed.

import type { Page } from "@playwright/test";
import { axe, expect, forget, live, test } from "../fixtures";
import { borders, type Feature, geojson } from "../support/files";

const PAGE = "/admin/map/import";
/** A community whose grids nobody else looks at. */
const COMMUNITY = "320581001002";
const grids = () => borders((code) => code.startsWith(COMMUNITY));
const applying = (page: Page) => page.getByRole("button", { name: /^导入 \d+ 个边界$/ });

async function send(page: Page, name: string, features: Feature[], datum = "CGCS2000"): Promise<void> {
  await page.goto(PAGE);
  await live(page);
  await page.locator('input[type="file"]').setInputFiles(geojson(name, features));
  await page.getByRole("radio", { name: new RegExp(datum) }).check();
  await page.getByRole("button", { name: "检查文件" }).click();
  await expect(page).toHaveURL(/\?id=/);
}

/** A ring with one corner taken away: the border changes, and leaves a gap. */
function dent(feature: Feature): void {
  const [ring] = feature.geometry.coordinates;
  ring?.splice(Math.floor(ring.length / 2), 1);
}

test("exceptions are accepted by name, applied, and the second time there is nothing to do", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  const features = grids().filter(({ properties }) => properties.code !== `${COMMUNITY}001`);
  expect(features.length).toBeGreaterThan(2);
  // One grid is not in the file but stored; one that is in the file moves a corner far.
  const [, moved] = features as [Feature, Feature];
  const [ring] = moved.geometry.coordinates as [[number, number][]];
  const corner = Math.floor(ring.length / 2);
  const [a, b] = [ring[corner], ring[0]] as [[number, number], [number, number]];
  ring[corner] = [a[0] + (b[0] - a[0]) * 0.6, a[1] + (b[1] - a[1]) * 0.6];
  await send(page, "例外.geojson", features);
  await expect(page.getByText(/有 \d+ 处超出容差/)).toBeVisible();
  await axe(page);
  await shot("import-grids-exceptions");
  const whole = await page.getByRole("link", { name: "下载全部问题（CSV）" }).getAttribute("href");
  const file = await page.request.get(whole ?? "");
  expect(file.status()).toBe(200);
  expect(await file.text()).toContain("可例外通过");

  // Nothing goes in while one is not accepted; what was ticked stays ticked.
  const boxes = page.getByRole("checkbox", { name: "例外通过" });
  const all = await boxes.count();
  expect(all).toBeGreaterThan(0);
  await applying(page).click();
  await expect(page.getByRole("alert")).toContainText("还没有例外通过");
  for (let i = 0; i < all; i++) await boxes.nth(i).check();
  const asked: string[] = [];
  page.on("request", (request) => request.url().endsWith("/apply") && asked.push(request.url()));
  await applying(page).dblclick();
  await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();
  expect(asked).toHaveLength(1);
  await shot("import-grids-applied");

  await send(page, "例外.geojson", features);
  await expect(page.getByText("与已有的边界完全一样，不用导入。")).toBeVisible();
  await expect(applying(page)).toHaveCount(0);
});

test("a bow tie is named with its place, on the map too, and blocks", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  const features = grids();
  const [ring] = (features[1] as Feature).geometry.coordinates as [[number, number][]];
  [ring[1], ring[2]] = [ring[2] as [number, number], ring[1] as [number, number]];
  await send(page, "蝴蝶结.geojson", features);
  await expect(page.getByText(/有 \d+ 处必须改正/)).toBeVisible();
  const told = page.locator(".map-problems li").filter({ hasText: "边界自相交" }).first();
  await expect(told).toContainText("第 2 个要素");
  await expect(page.locator(".map-spots .spot.late").first()).toBeVisible();
  await expect(applying(page)).toHaveCount(0);
  await axe(page);
  await shot("import-grids-bow-tie");
});

test("a file in another datum than it says lies outside of its parent", async ({ page, signIn }) => {
  await signIn("district_admin");
  await send(page, "火星.geojson", borders((code) => code === COMMUNITY || code.startsWith(`${COMMUNITY}0`)), "GCJ-02");
  await expect(page.getByText(/超出上级范围|与相邻重叠/).first()).toBeVisible();
  await expect(page.getByText(/有 \d+ 处/).first()).toBeVisible();
});

test("what is no map says what it is; a datum has to be chosen", async ({ page, signIn, watched }) => {
  watched.allow(/^422 .*\/import\/upload$/);
  await signIn("district_admin");
  await page.goto(PAGE);
  await live(page);
  await page.locator('input[type="file"]').setInputFiles({ name: "网格.xlsx", mimeType: "application/zip", buffer: Buffer.from("PK\u0003\u0004rest") });
  await page.getByRole("button", { name: "检查文件" }).click();
  await expect(page.getByRole("alert")).toContainText("请选择文件用的坐标系");
  await page.getByRole("radio", { name: /WGS/ }).check();
  await page.getByRole("button", { name: "检查文件" }).click();
  await expect(page.getByText(/KMZ 或 Excel/)).toBeVisible();
});

test("somebody else's file, no file and no right are not there", async ({ page, signIn, watched }) => {
  watched.allow(/^40[134] .*\/admin\/map\/import/, /^404 .*\/api\/v1\/grid\/import\/preview/);
  expect((await page.goto(PAGE))?.status()).toBe(401);
  await signIn("district_admin");
  const features = grids();
  dent(features[1] as Feature);
  await send(page, "我的.geojson", features);
  const mine = page.url();
  expect((await page.goto(`${PAGE}?id=..%2F..%2Fetc`))?.status()).toBe(404);
  await forget(page);
  await signIn("city_admin");
  expect((await page.goto(mine))?.status()).toBe(404);
  await forget(page);
  await signIn("grid_worker");
  expect((await page.goto(mine))?.status()).toBe(403);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a map goes in as pages", async ({ page, signIn }) => {
    await signIn("district_admin");
    await page.goto(PAGE);
    const features = borders((code) => code.startsWith("320581001003"));
    dent(features[1] as Feature);
    await page.locator('input[type="file"]').setInputFiles(geojson("一.geojson", features));
    await page.getByRole("radio", { name: /CGCS2000/ }).check();
    await page.getByRole("button", { name: "检查文件" }).click();
    await expect(page).toHaveURL(/\?id=/);
    const boxes = page.getByRole("checkbox", { name: "例外通过" });
    if ((await boxes.count()) > 0) {
      await applying(page).click();
      await expect(page.getByText(/也没有例外通过/)).toBeVisible();
    }
    for (const box of await boxes.all()) await box.check();
    await applying(page).click();
    await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();
  });
});
