// Finding matters: what is published by its words, one's own work by number and category, and both on the map.

import { axe, expect, live, test } from "../fixtures";

const COMMUNITY = "320581001001";

test("a resident looks for words among what is published, and on the map for how many there are", async ({ page, shot }) => {
  await page.goto(`/reports?show=public&node=${COMMUNITY}`);
  await live(page);
  const search = page.getByRole("searchbox", { name: "在公开的事里找" });
  await search.fill("停车");
  await search.press("Enter");
  await expect(page).toHaveURL(/q=/);
  const list = page.getByRole("list", { name: "公开的事" });
  await expect(list.getByRole("listitem").first()).toContainText("停车");
  await axe(page);
  await shot("reports-search");
  // A reader of feeds finds the one of this list.
  await expect(page.locator('head link[rel="alternate"]')).toHaveAttribute("href", new RegExp(`^/open/reports\\.rss\\?node=${COMMUNITY}`));
  await live(page);
  await page.locator("main summary").filter({ hasText: /^筛选$/ }).click();
  await page.getByRole("combobox", { name: /^办到哪里/ }).selectOption("ended");
  await page.locator("main").getByRole("button", { name: "筛选", exact: true }).click();
  await expect(page).toHaveURL(/q=.*state=ended/);
  await expect(list.getByRole("listitem").first()).toContainText("停车");
  await live(page);
  await search.fill("没有人这样说过");
  await search.press("Enter");
  await expect(page.getByText("没有找到")).toBeVisible();
  // The map has what the list is narrowed to.
  const tiles = page.waitForResponse((answer) => answer.url().includes("/reports/public-tiles/") && answer.url().includes("state=ended"));
  await page.getByRole("link", { name: "在地图上看" }).click();
  await expect(page).toHaveURL(/layers=public-matters&only=state\.ended/);
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
  // By keyboard: to a row, ticked there, and what the keys are. A phone has none of them: what tells them stands in the bar of larger screens.
  await page.setViewportSize({ width: 1600, height: 900 });
  await live(page);
  const first = rows.filter({ has: page.getByRole("checkbox") }).first();
  await page.keyboard.press("j");
  await expect(first.getByRole("link").first()).toBeFocused();
  await page.keyboard.press("x");
  await expect(first.getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("勾选这一行");
  await page.keyboard.press("Escape");
  await page.locator("main summary").filter({ hasText: /^筛选$/ }).click();
  await page.getByRole("combobox", { name: /^在谁手里/ }).selectOption("staff");
  await page.locator("main").getByRole("button", { name: "筛选", exact: true }).click();
  await expect(page).toHaveURL(/holder=staff/);
  await live(page);
  const map = page.locator(".map-beside .map");
  await expect(map).toBeVisible();
  const tiles = page.waitForResponse((answer) => answer.url().includes("/reports/tiles/") && answer.url().includes("holder=staff"));
  await map.hover();
  expect((await tiles).status()).toBe(200);
  await axe(page);
  await shot("reports-work-map");
});
