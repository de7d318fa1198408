// The map as it was: the day stands in the address.

import { axe, expect, live, test } from "../fixtures";
import { borders, type Feature, geojson } from "../support/files";

const COMMUNITY = "320581001004";

test("an old border is shown on its day, and today's today", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  // A border changes today: a corner less.
  const [community] = borders((code) => code === COMMUNITY) as [Feature];
  const [ring] = community.geometry.coordinates;
  ring?.splice(Math.floor(ring.length / 2), 1);
  await page.goto("/admin/map/import");
  await live(page);
  await page.locator('input[type="file"]').setInputFiles(geojson("一.geojson", [community]));
  await page.getByRole("radio", { name: /CGCS2000/ }).check();
  await page.getByRole("button", { name: "检查文件" }).click();
  await expect(page).toHaveURL(/\?id=/);
  for (const box of await page.getByRole("checkbox", { name: "例外通过" }).all()) await box.check();
  await page.getByRole("button", { name: "导入 1 个边界" }).click();
  await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();

  const data = async (query: string) => {
    const answer = await page.request.get(`/map/data/320581001.geojson${query}`);
    expect(answer.status()).toBe(200);
    const { features } = (await answer.json()) as { features: Feature[] };
    return JSON.stringify(features.find(({ properties }) => properties.code === COMMUNITY)?.geometry);
  };
  expect(await data("?on=2025-01-01")).not.toBe(await data(""));
  expect(await data("?on=2025-01-01&download")).toBe(await data("?on=2025-01-01"));

  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/map/data/") && asked.push(new URL(request.url()).search));
  await page.goto("/map/320581001?on=2025-01-01");
  await live(page);
  await expect(page.getByText("这是 2025年1月1日 的边界和名称").or(page.getByText(/这是 2025.*的边界和名称/))).toBeVisible();
  await page.locator(".map").hover();
  await expect(page.locator(".map canvas").first()).toBeVisible({ timeout: 20_000 });
  expect(asked).toEqual(["?on=2025-01-01"]);
  await axe(page);
  await shot("map-day");
  // Going down and choosing stay on that day.
  await page.locator(`#map-list [data-code="${COMMUNITY}"]`).click();
  await expect(page).toHaveURL(/on=2025-01-01/);
  await page.goBack();
  // The link of the page that is left says the same: only once this one stands again is it pressed.
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/街道/);
  await page.getByRole("link", { name: "回到今天" }).click();
  await expect(page).toHaveURL(/\/map\/320581001$/);
  await expect(page.getByText(/的边界和名称/)).toHaveCount(0);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the field leads to a day, and says why where it does not", async ({ page, shot }) => {
    await page.goto("/map/320581");
    await page.getByText("看以前的边界").click();
    await page.getByLabel("看哪一天").fill("2024-05-06");
    await page.getByRole("button", { name: "看那天的地图" }).click();
    await expect(page).toHaveURL(/on=2024-05-06/);
    await expect(page.getByText(/这是 2024.*的边界和名称/)).toBeVisible();
    await expect(page.locator(".map svg path")).not.toHaveCount(0);
    await expect(page.locator(".map-mark")).toContainText("2024");
    await shot("map-day-no-script");
    await page.locator("main").getByRole("link", { name: /虞山街道/ }).first().click();
    await expect(page).toHaveURL(/on=2024-05-06/);
    // Neither does a search leave that day, nor what it finds.
    await page.getByRole("searchbox").fill("ysjd");
    await page.getByRole("searchbox").press("Enter");
    await expect(page).toHaveURL(/on=2024-05-06/);
    await page.locator(".map-hits").getByRole("link", { name: /虞山街道/ }).click();
    await expect(page).toHaveURL(/\/map\/320581001\?/);
    await expect(page.getByText(/这是 2024.*的边界和名称/)).toBeVisible();
    await page.goto("/map/320581?on=2099-01-01");
    await expect(page.getByText("那一天还没有到").first()).toBeVisible();
    await expect(page.getByLabel("看哪一天")).toHaveValue("2099-01-01");
    await page.goto("/map/320581?on=..%2F..%2Fetc%2Fpasswd");
    await expect(page.getByText(/日期要写成/).first()).toBeVisible();
    await page.goto("/map/320581?on=1999-01-01");
    await expect(page.getByText(/还没有这个单位/).first()).toBeVisible();
  });
});
