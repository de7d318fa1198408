// Finding matters: what is published by its words, one's own work by number and category, and both on the map.

import { axe, expect, live, test } from "../fixtures";

const COMMUNITY = "320581001001";

test("a resident looks for words among what is published, and on the map for how many there are", async ({ page, shot }) => {
  await page.goto(`/reports?show=public&node=${COMMUNITY}`);
  await live(page);
  const search = page.getByRole("searchbox", { name: "在公开的事里找" });
  await search.fill("演示 停车");
  await search.press("Enter");
  await expect(page).toHaveURL(/q=/);
  const list = page.getByRole("list", { name: "公开的事" });
  await expect(list.getByRole("listitem").first()).toContainText("停车");
  await axe(page);
  await shot("reports-search");
  await search.fill("没有人这样说过");
  await search.press("Enter");
  await expect(page.getByText("没有找到")).toBeVisible();
  const tiles = page.waitForResponse((answer) => answer.url().includes("/reports/public-tiles/"));
  await page.getByRole("link", { name: "在地图上看" }).click();
  await expect(page).toHaveURL(/layers=public-matters/);
  expect((await tiles).status()).toBe(200);
  await expect(page.locator('[class*="map-tiles-public-matters"]').first()).toBeVisible({ timeout: 20_000 });
});

test("staff find theirs by category and number, and see them on the map beside the list", async ({ page, signIn, request, shot }) => {
  expect((await request.get("/reports/tiles/12-3421-1666.mvt")).status()).toBe(401);
  await signIn("secretary");
  await page.goto("/admin/reports?state=all");
  await live(page);
  const search = page.getByRole("searchbox", { name: "在这些事里找" });
  await search.fill("停车");
  await search.press("Enter");
  await expect(page).toHaveURL(/state=all.*q=/);
  const rows = page.locator("main").getByRole("row");
  await expect(rows.filter({ hasText: "停车" }).first()).toBeVisible();
  await expect(rows.filter({ hasText: "噪声（" })).toHaveCount(0);
  await axe(page);
  await shot("reports-work-search");
  await page.setViewportSize({ width: 1600, height: 900 });
  const map = page.locator(".map-beside .map");
  await expect(map).toBeVisible();
  const tiles = page.waitForResponse((answer) => answer.url().includes("/reports/tiles/") && answer.url().includes("state=all"));
  await map.hover();
  expect((await tiles).status()).toBe(200);
  await axe(page);
  await shot("reports-work-map");
});
