// A grid is split by taps on a tablet, and what is in it goes to the right half. With a server of its own: the grid is the one in which
// most other tests live.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, live, test as base } from "../fixtures";
import { SignIns } from "../support/accounts";
import { approve, as, borders, changed, drawing, handIn, key, main, map, type Place, pixelOf, tool } from "../support/edit";
import { type Linli, serve } from "../support/linli";

const COMMUNITY = "320581001001";
const GRID = "320581001001001";
const HOME = "花园浜3幢2单元501";

const test = base.extend<{ own: Linli }>({
  own: async ({}, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), "linli-split-"));
    await cp(process.env.LINLI_TEST_DEMO as string, folder, { recursive: true });
    const own = await serve(folder, `sqlite:${join(folder, "linli.db")}`, `split-${info.parallelIndex}`);
    await use(own);
    await own.stop();
    await rm(folder, { recursive: true, force: true });
  },
  baseURL: async ({ own }, use) => use(own.url),
});

test.use({ hasTouch: true });

/** Whether a place lies inside a ring of corners. */
function inside(ring: Set<string>, [x, y]: Place): boolean {
  const corners = [...ring].map((corner) => corner.split(",").map(Number) as Place);
  return corners.filter(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as Place;
    return ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
  }).length % 2 === 1;
}

const listed = async (page: Page, node: string, kind: string) => (await page.request.get(`/places?node=${node}&kind=${kind}`)).text();

/** Where a point of interest is, as its page leads to the map. */
async function placeOf(page: Page, kind: string, name: string): Promise<Place> {
  await page.goto(`/places?node=${GRID}&kind=${kind}`);
  await page.getByRole("link", { name: new RegExp(name) }).first().click();
  const href = await page.getByRole("link", { name: "在地图上看" }).getAttribute("href");
  const [, lon, lat] = /at=([\d.]+),([\d.]+)/.exec(decodeURIComponent(href ?? "")) ?? [];
  return [Number(lon), Number(lat)];
}

/** The grid that a household's page names. */
async function gridOfHome(page: Page): Promise<string> {
  await page.goto(`/people?q=${encodeURIComponent(HOME)}`);
  await main(page).getByRole("link", { name: new RegExp(`${HOME}室`) }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${HOME}室`);
  return (await page.locator(".eyebrow").first().textContent()) ?? "";
}

test("a grid is split by taps, and its people, points and tasks go to the right halves", async ({ page, own, browser, shot }) => {
  test.slow();
  const signIns = new SignIns();
  await signIns.signIn(page, "staff");
  const before = await borders(page, COMMUNITY);
  const ring = before.get(GRID) ?? new Set<string>();
  const [health, meals] = [await placeOf(page, "health", "花园浜卫生服务站"), await placeOf(page, "meals", "花园浜老年助餐点")];
  expect(await gridOfHome(page)).toContain("第1网格");

  // From the north-western corner past the middle of the grid, between the two points, to the southernmost corner.
  const corners = [...ring].map((corner) => corner.split(",").map(Number) as Place);
  const south = corners.reduce((a, b) => (b[1] < a[1] ? b : a));
  const north = corners.filter(([lon]) => lon < south[0]).reduce((a, b) => (b[1] > a[1] ? b : a));
  const middle: Place = [health[0] - 0.000278, health[1] - 0.00009];
  await drawing(page, COMMUNITY);
  await page.getByRole("combobox", { name: "网格" }).selectOption(GRID);
  await tool(page, "切开");
  await map(page).scrollIntoViewIfNeeded();
  for (const place of [north, middle, south]) {
    const { x, y } = await pixelOf(page, place);
    await page.touchscreen.tap(x, y);
  }
  await expect(main(page)).toContainText(/已经画了 [1-9]\d* 个点/);
  await page.getByRole("button", { name: "画完" }).click();
  await expect(main(page)).toContainText("切成两半");
  await shot("edit-split-touch");
  await page.getByRole("textbox", { name: "新网格的名称" }).fill("新设网格");
  await page.getByRole("button", { name: "切开", exact: true }).last().click();
  await expect(changed(page)).toContainText("新设网格");
  const draft = await handIn(page, "户数太多，沿中间的路分开");
  const secretary = await as(browser, own, signIns, "secretary");
  // Whoever may approve it is told.
  await secretary.goto("/inbox");
  await expect(main(secretary)).toContainText("起草了花园浜社区居委会的边界，等您审批");
  await approve(secretary, draft);

  const now = await borders(page, COMMUNITY);
  const fresh = [...now.keys()].find((code) => !before.has(code)) as string;
  expect(now.size).toBe(before.size + 1);
  expect(now.get(GRID)?.has(key(north)) && now.get(fresh)?.has(key(north)), "both begin at that corner").toBe(true);
  const names = new Map([[GRID, "第1网格"], [fresh, "新设网格"]]);
  const half = (place: Place) => [...names.keys()].find((code) => inside(now.get(code) ?? new Set(), place)) as string;
  const [east, west] = [half(health), half(meals)];
  expect(east).not.toBe(west);
  // Points follow by a job.
  await expect.poll(() => listed(page, east, "health")).toContain("花园浜卫生服务站");
  await expect.poll(() => listed(page, west, "meals")).toContain("花园浜老年助餐点");
  expect(await listed(page, west, "health")).not.toContain("花园浜卫生服务站");
  expect(await listed(page, east, "meals")).not.toContain("花园浜老年助餐点");
  // The house stands some 40 m east of the middle.
  expect(await gridOfHome(page)).toContain(names.get(east));
  // Whoever lives there is a resident of that half.
  const resident = await as(browser, own, signIns, "resident");
  await resident.goto("/");
  await expect(main(resident).getByRole("link", { name: /我的网格有谁/ })).toHaveAttribute("href", `/teams/${east}`);
  await resident.context().close();
  // What is to be done there without a place of its own stays with the grid that keeps its code.
  await secretary.goto("/tasks?view=unit");
  await live(secretary);
  await main(secretary).getByRole("link", { name: /看望独居老人/ }).first().click();
  await expect(secretary.locator(".eyebrow").first()).toContainText("第1网格");
  // Its author is told that it holds.
  await page.goto("/inbox");
  await expect(main(page)).toContainText("起生效了");
  await secretary.context().close();
});
