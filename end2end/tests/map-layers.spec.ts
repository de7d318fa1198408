// Layers over the map: borders of every level, who works where, points; drawn from vector tiles, chosen in a fold, kept in the address.

import { axe, expect, live, test } from "../fixtures";

const TOWN = "320581001";

test("from a point to its place on the map, and back by pressing it", async ({ page, shot }) => {
  await page.goto("/places?node=320581001001&kind=meals");
  await live(page);
  await page.getByRole("link", { name: /花园浜老年助餐点/ }).click();
  await expect(page).toHaveURL(/\/places\/point\?id=/);
  const point = page.url();
  const tiles = page.waitForResponse((answer) => answer.url().includes("/places/tiles/"));
  await page.getByRole("link", { name: "在地图上看" }).click();
  await expect(page).toHaveURL(/layers=points/);
  const tile = await tiles;
  expect(tile.status()).toBe(200);
  expect(tile.headers()["content-type"]).toBe("application/vnd.mapbox-vector-tile");
  await expect(page.locator(".map-tiles-points canvas, canvas.map-tiles-points").first()).toBeVisible({ timeout: 20_000 });
  await axe(page);
  await shot("map-layer-points");
  // It stands in the middle of the map.
  await expect(async () => {
    await page.locator(".map").click();
    await expect(page).toHaveURL(point, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("花园浜老年助餐点");
});

test("layers are chosen by keyboard, and the address keeps them", async ({ page, shot }) => {
  await page.goto(`/map/${TOWN}`);
  await live(page);
  const fold = page.locator(".map-layers summary");
  await fold.focus();
  await page.keyboard.press("Enter");
  const box = (name: string) => page.getByRole("checkbox", { name });
  await expect(box("各级边界")).toBeVisible();
  await axe(page);
  const areas = page.waitForResponse((answer) => answer.url().includes("/map/areas/"));
  await box("各级边界").focus();
  await page.keyboard.press("Space");
  expect((await areas).status()).toBe(200);
  await expect(page).toHaveURL(/layers=areas/);
  const staff = page.waitForResponse((answer) => answer.url().includes("/map/staff/"));
  await box("工作人员").check();
  expect((await staff).status()).toBe(200);
  await box("点位").check();
  await expect(page).toHaveURL(/layers=areas(,|%2C)staff(,|%2C)points/);
  await expect(page.getByRole("link", { name: "点位清单" })).toHaveAttribute("href", "/places");
  await expect(page.locator('[class*="map-tiles-"]')).toHaveCount(3, { timeout: 20_000 });
  await axe(page);
  await shot("map-layers");
  await page.reload();
  await live(page);
  await expect(page.locator('[class*="map-tiles-"]')).toHaveCount(3, { timeout: 20_000 });
  await page.locator(".map-layers summary").click();
  await expect(box("工作人员")).toBeChecked();
  await box("工作人员").uncheck();
  await expect(page.locator('[class*="map-tiles-"]')).toHaveCount(2);
  await expect(page).toHaveURL(/layers=areas(,|%2C)points$/);
  // The layers go along into a community's map and, with what is chosen there, back out of it.
  await page.locator("#map-list [data-code]").first().click();
  await expect(page).toHaveURL(new RegExp(`/map/${TOWN}\\d{3}\\?layers=areas(,|%2C)points$`));
  // The address is a moment ahead of the list.
  const community = /\d{12}/.exec(page.url())?.[0];
  await page.locator(`#map-list [data-code^="${community}"]:not([data-code="${community}"])`).first().click();
  await expect(page).toHaveURL(/sel=\d+.*layers=areas(,|%2C)points$/);
  await page.getByRole("link", { name: "不再选中" }).click();
  await expect(page).toHaveURL(/\d{12}\?layers=areas(,|%2C)points$/);
});

test("a layer that cannot be fetched is said, and the map stays", async ({ page, watched }) => {
  watched.allow(/Failed to load resource|net::ERR_FAILED/);
  await page.route("**/map/staff/**", (route) => route.abort());
  await page.goto(`/map/${TOWN}?layers=staff`);
  await live(page);
  await expect(page.getByText("有一部分图层没有打开").first()).toBeVisible({ timeout: 20_000 });
  await expect(page.locator(".map canvas").first()).toBeVisible();
});

test("over a day that has passed lie the layers of that day, and no tile is made of what is no tile", async ({ page, request, shot }) => {
  const tiles = page.waitForResponse((answer) => answer.url().includes("/map/areas/"));
  await page.goto(`/map/${TOWN}?on=2025-01-01&layers=areas,staff`);
  await live(page);
  const tile = await tiles;
  expect(tile.status()).toBe(200);
  expect(new URL(tile.url()).search).toBe("?on=2025-01-01");
  await expect(page.locator('[class*="map-tiles-"]')).toHaveCount(1, { timeout: 20_000 });
  await page.locator(".map-layers summary").click();
  await expect(page.getByRole("checkbox", { name: "各级边界" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "点位" })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "工作人员" })).toHaveCount(0);
  await expect(page.locator(".map-layers")).toContainText("那一天谁在那里工作不说");
  await axe(page);
  await shot("map-day-layers");
  for (const wrong of ["5-0-0.mvt", "14-99999-1.mvt", "x.mvt", "14-1-1.png", "12-3421-1666.mvt?on=2099-01-01", "12-3421-1666.mvt?on=x"]) {
    expect((await request.get(`/map/areas/${wrong}`)).status(), wrong).toBe(404);
  }
  const one = await request.get("/map/areas/12-3421-1666.mvt");
  expect(one.status()).toBe(200);
  const again = await request.get("/map/areas/12-3421-1666.mvt", { headers: { "if-none-match": one.headers().etag ?? "" } });
  expect(again.status()).toBe(304);
  // The parts of one unit, on that day too.
  const parts = "/map/parts/320581/12-3421-1666.mvt";
  for (const [day, status] of [["", 200], ["?on=2025-01-01", 200], ["?on=2099-01-01", 404], ["?on=x", 404]] as const) {
    expect((await request.get(`${parts}${day}`)).status(), day).toBe(status);
  }
});

test("a community's map tells how many live where, and to the public no small group", async ({ page, signIn, shot }) => {
  await page.goto("/map/320581001001?figure=alone");
  await live(page);
  await expect(page.getByRole("navigation", { name: "地图按什么着色" }).getByRole("link", { name: "高龄独居" })).toHaveAttribute("aria-current", "true");
  const column = page.getByRole("table").getByRole("columnheader", { name: "高龄独居" });
  await expect(column).toBeVisible();
  const cells = () => page.getByRole("table").locator("tbody tr").filter({ hasText: "网格" }).allTextContents();
  const told = (await cells()).join(" ");
  await axe(page);
  await shot("map-residents");
  await signIn("secretary");
  await page.goto("/map/320581001001?figure=alone");
  await live(page);
  expect(told).toContain("太少，不公开");
  expect((await cells()).join(" ")).not.toContain("太少，不公开");
  for (const [address, column] of [["/map/320581?figure=persons", "人口"], ["/map/320581001001?figure=minors", "6–17 岁"], ["/map/320581001001?figure=adults", "18–59 岁"], ["/map/320581001001?figure=tasks", "没办完的任务"], ["/map/320581001001?figure=posts", "空岗"], ["/map/320581001001?figure=points", "点位"]] as const) {
    await page.goto(address);
    await live(page);
    await expect(page.getByRole("table").getByRole("columnheader", { name: column, exact: true })).toBeVisible();
    await expect(page.locator(".map-legend")).toContainText(column);
  }
  // 服务用房 are the community's: no grid has its own, so grids are not coloured by them, and communities are.
  const choices = page.getByRole("navigation", { name: "地图按什么着色" });
  await page.goto("/map/320581001001?figure=service");
  await live(page);
  await expect(choices.getByRole("link", { name: "不着色" })).toHaveAttribute("aria-current", "true");
  await expect(choices.getByRole("link", { name: "每百户服务用房" })).toHaveCount(0);
  await page.goto(`/map/${TOWN}?figure=service`);
  await live(page);
  await expect(page.getByRole("table").getByRole("columnheader", { name: /每百户服务用房/ })).toBeVisible();
});

test("of a past day the map tells those who work there how many lived where, and the public of New Year", async ({ page, signIn, shot }) => {
  const choices = page.getByRole("navigation", { name: "地图按什么着色" });
  const persons = page.getByRole("table").getByRole("columnheader", { name: "人口", exact: true });
  await page.goto("/map/320581001001?figure=persons&on=2025-06-15");
  await live(page);
  await expect(choices.getByRole("link", { name: "人口" })).toHaveCount(0);
  await expect(persons).toHaveCount(0);
  await page.getByRole("link", { name: /看 2025 年 1 月 1 日 的地图/ }).click();
  await expect(page).toHaveURL(/on=2025-01-01/);
  await expect(choices.getByRole("link", { name: "人口" })).toHaveAttribute("aria-current", "true");
  await expect(persons).toBeVisible();
  await axe(page);
  await shot("map-day-residents");
  await signIn("secretary");
  await page.goto("/map/320581001001?figure=persons&on=2025-06-15");
  await live(page);
  await expect(choices.getByRole("link", { name: "人口" })).toHaveAttribute("aria-current", "true");
  await expect(choices.getByRole("link", { name: "空岗" })).toHaveCount(0);
  await expect(persons).toBeVisible();
});
