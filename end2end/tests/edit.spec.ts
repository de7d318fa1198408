// Borders drawn on the map: by touch and by keyboard, approved by somebody else, and two who draw the same.

import type { Browser, Page } from "@playwright/test";
import { axe, expect, live, type Role, test } from "../fixtures";
import type { SignIns } from "../support/accounts";
import type { Linli } from "../support/linli";

test.use({ hasTouch: true });

type Place = [lon: number, lat: number];
interface Shape {
  properties: { code: string; name: string };
  geometry: { type: "Polygon"; coordinates: Place[][] };
}

const main = (page: Page) => page.locator("main");
const map = (page: Page) => page.locator("#edit-map");
const key = ([lon, lat]: Place) => `${lon.toFixed(7)},${lat.toFixed(7)}`;
const changed = (page: Page) => page.getByRole("table", { name: "会变的网格" });

/** The borders as anybody is shown them, by code. */
async function borders(page: Page, code: string, on = ""): Promise<Map<string, Set<string>>> {
  const answer = await page.request.get(`/map/data/${code}.geojson${on && `?on=${on}`}`);
  expect(answer.status()).toBe(200);
  const { features } = (await answer.json()) as { features: Shape[] };
  return new Map(features.map(({ properties, geometry }) => [properties.code, new Set((geometry.coordinates[0] ?? []).map(key))]));
}

/** A corner that two parts share and that is not on the outline, with their codes. */
async function sharedCorner(page: Page, code: string, of?: string): Promise<{ at: Place; parts: string[] }> {
  const all = await borders(page, code);
  const outline = all.get(code) ?? new Set();
  all.delete(code);
  const corners = [...new Set([...all.values()].flatMap((ring) => [...ring]))].filter((corner) => !outline.has(corner));
  for (const corner of corners) {
    const parts = [...all].filter(([, ring]) => ring.has(corner)).map(([part]) => part);
    if (parts.length > 1 && (!of || parts.includes(of))) return { at: corner.split(",").map(Number) as Place, parts };
  }
  throw new Error(`no corner of ${code} is shared`);
}

/** Where a place is on the screen. */
async function pixelOf(page: Page, [lon, lat]: Place): Promise<{ x: number; y: number }> {
  const radius = 6378137;
  const radians = Math.PI / 180;
  const metres = [radius * lon * radians, radius * Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2))] as const;
  const [left, bottom, right, top] = ((await map(page).getAttribute("data-extent")) ?? "").split(",").map(Number) as [number, number, number, number];
  const box = await map(page).locator(".map-live").boundingBox();
  if (!box) throw new Error("the map is not shown");
  return { x: box.x + ((metres[0] - left) / (right - left)) * box.width, y: box.y + ((top - metres[1]) / (top - bottom)) * box.height };
}

/** One finger down, along, and up. */
async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", part: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: from.x + by.x * part, y: from.y + by.y * part }] });
  await touch("touchStart", 0);
  for (const part of [0.2, 0.4, 0.6, 0.8, 1]) await touch("touchMove", part);
  await touch("touchEnd", 1);
  await session.detach();
}

/** The page for drawing, ready to be drawn on. */
async function drawing(page: Page, code: string): Promise<void> {
  await page.goto(`/map/edit/${code}`);
  await live(page);
  await expect(map(page).locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  await expect(map(page)).toHaveAttribute("data-extent", /\d/);
  await map(page).scrollIntoViewIfNeeded();
}

async function tool(page: Page, name: string): Promise<void> {
  await page.getByRole("toolbar").getByRole("button", { name, exact: true }).click();
}

const kept = (page: Page) => expect(page.locator(".edit-keeping")).toContainText("已存");

async function handIn(page: Page, reason: string): Promise<string> {
  await kept(page);
  await page.getByRole("textbox", { name: /为什么改/ }).fill(reason);
  await page.getByRole("button", { name: "提交审批" }).click();
  await expect(page).toHaveURL(/\/map\/drafts\/[0-9a-f-]+\?done=proposed/);
  await expect(main(page)).toContainText("等审批");
  return new URL(page.url()).pathname;
}

async function as(browser: Browser, server: Linli, signIns: SignIns, role: Role): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: server.url, viewport: { width: 1024, height: 768 }, hasTouch: true })).newPage();
  await signIns.signIn(page, role);
  return page;
}

async function approve(page: Page, draft: string): Promise<void> {
  await page.goto(draft);
  await live(page);
  await page.getByRole("button", { name: "通过" }).click();
  await expect(main(page)).toContainText("已生效");
}

test("a shared border is moved by touch, approved by another, and both neighbours have changed", async ({ page, signIn, browser, server, signIns, shot }) => {
  const community = "320581001001";
  await signIn("grid_worker");
  const { at, parts } = await sharedCorner(page, community, "320581001001001");
  await page.goto(`/map/${community}`);
  await live(page);
  await page.getByRole("link", { name: "改边界" }).click();
  await expect(page).toHaveURL(`/map/edit/${community}`);
  await drawing(page, community);
  await axe(page);
  await shot("edit");
  await tool(page, "挪边界");
  await drag(page, await pixelOf(page, at), { x: 14, y: 9 });
  await expect(changed(page).getByRole("row")).toHaveCount(parts.length + 1);
  await shot("edit-moved");

  // Beyond the outline it cannot be put down, and says so.
  const moved = await pixelOf(page, at).then(({ x, y }) => ({ x: x + 14, y: y + 9 }));
  const edge = await map(page).boundingBox().then((box) => (box ? box.x + box.width - 8 : 0));
  await drag(page, moved, { x: edge - moved.x, y: 0 });
  await expect(page.locator(".edit-told")).toContainText("没有改");
  await expect(changed(page).getByRole("row")).toHaveCount(parts.length + 1);

  await page.getByRole("button", { name: "撤销" }).click();
  await expect(changed(page)).toHaveCount(0);
  await page.getByRole("button", { name: "重做" }).click();
  await expect(changed(page)).toBeVisible();
  await kept(page);
  await page.reload();
  await expect(changed(page).getByRole("row")).toHaveCount(parts.length + 1);
  await live(page);
  const draft = await handIn(page, "沿新修的路划界");
  await axe(page);
  await shot("draft");
  await expect(page.getByRole("button", { name: "通过" })).toHaveCount(0);

  const secretary = await as(browser, server, signIns, "secretary");
  await secretary.goto("/map/drafts");
  await live(secretary);
  await axe(secretary);
  await secretary.getByRole("link", { name: /沿新修的路划界/ }).click();
  await expect(secretary).toHaveURL(draft);
  await axe(secretary);
  await approve(secretary, draft);
  const now = await borders(secretary, community);
  for (const part of parts) expect(now.get(part)?.has(key(at)), part).toBe(false);
  const [one, other] = parts.map((part) => now.get(part) ?? new Set<string>());
  const shared = [...(one as Set<string>)].filter((corner) => other?.has(corner));
  expect(shared.length).toBeGreaterThan(1);
  // The map of last month is still there.
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  const then = await borders(secretary, community, month);
  for (const part of parts) expect(then.get(part)?.has(key(at)), part).toBe(true);
  await secretary.goto(`/map/history/${parts[0]}`);
  await live(secretary);
  await expect(main(secretary)).toContainText("沿新修的路划界");
  await expect(main(secretary).getByRole("listitem")).not.toHaveCount(1);
  await axe(secretary);
  await secretary.screenshot({ path: "screenshots/tablet/border-history.png", fullPage: true });
  await secretary.context().close();
});

test("a grid is split by keyboard, and the new one is there", async ({ page, signIn, browser, server, signIns, shot }) => {
  const community = "320581001002";
  await signIn("district_admin");
  await drawing(page, community);
  const before = await borders(page, community);
  const chosen = [...before.keys()].find((code) => code !== community) as string;
  await page.getByRole("combobox", { name: "网格" }).selectOption(chosen);
  await tool(page, "切开");
  await map(page).focus();
  // From its first corner to the one across.
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  const across = Math.floor(((before.get(chosen) as Set<string>).size || 4) / 2);
  for (let i = 0; i < across; i += 1) await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await page.keyboard.press("f");
  await expect(main(page)).toContainText(/切成两半/);
  await axe(page);
  await shot("edit-split");
  await page.getByRole("textbox", { name: "新网格的名称" }).fill("新设网格");
  await page.getByRole("button", { name: "切开", exact: true }).last().click();
  await expect(changed(page)).toContainText("新设网格");
  const draft = await handIn(page, "户数太多，一分为二");
  await shot("draft-split");
  const city = await as(browser, server, signIns, "city_admin");
  await approve(city, draft);
  const now = await borders(city, community);
  expect(now.size).toBe(before.size + 1);
  const fresh = [...now.keys()].find((code) => !before.has(code)) as string;
  await city.goto(`/orgs/${fresh}`);
  await expect(city.getByRole("heading", { level: 1 })).toContainText("新设网格");
  await city.context().close();
});

test("the second of two who draw the same is shown the difference and chooses", async ({ page, signIn, browser, server, signIns, shot }) => {
  const community = "320581001003";
  await signIn("district_admin");
  const { at } = await sharedCorner(page, community);
  await drawing(page, community);
  await tool(page, "挪边界");
  await drag(page, await pixelOf(page, at), { x: 12, y: 0 });
  await kept(page);

  const town = await as(browser, server, signIns, "town_admin");
  await drawing(town, community);
  await tool(town, "挪边界");
  await drag(town, await pixelOf(town, at), { x: -12, y: 4 });
  const theirs = await handIn(town, "先改的一份");
  const city = await as(browser, server, signIns, "city_admin");
  await approve(city, theirs);

  await page.goto(`/map/edit/${community}`);
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("两边都改了同样的网格");
  await axe(page);
  await shot("edit-conflict");
  await page.getByRole("radio", { name: /盖过对方的/ }).check();
  await page.getByRole("button", { name: "就这样办" }).click();
  await expect(page).toHaveURL(/done=rebased/);
  await live(page);
  await expect(changed(page)).toBeVisible();
  const mine = await handIn(page, "后改的一份");
  await approve(city, mine);
  await page.goto("/map/drafts");
  // What was drawn before the choice is kept.
  await expect(main(page)).toContainText("已撤回");
  await town.context().close();
  await city.context().close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the page for drawing is a picture that says what it wants; drafts are read and decided", async ({ page, signIn }) => {
    await signIn("secretary");
    expect((await page.goto("/map/edit/320581001001"))?.status()).toBe(200);
    await expect(page.locator(".edit-picture svg")).toBeVisible();
    await expect(main(page)).toContainText("这里要用脚本");
    expect((await page.goto("/map/drafts"))?.status()).toBe(200);
  });
});

test("who may not draw is shown none of it", async ({ page, signIn, watched }) => {
  watched.allow(/^(401|403|404) /);
  expect((await page.goto("/map/edit/320581001001"))?.status()).toBe(401);
  await signIn("resident");
  for (const path of ["/map/edit/320581001001", "/map/drafts", "/map/history/320581001001001"]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
  await page.goto("/map/320581001001");
  await expect(page.getByRole("link", { name: "改边界" })).toHaveCount(0);
});
