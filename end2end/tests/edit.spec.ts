// Borders drawn on the map: by touch and by keyboard, approved by somebody else, and two who draw the same.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { approve, as, borders, changed, drag, drawing, handIn, kept, key, main, map, pixelOf, sharedCorner, tool } from "../support/edit";

test.use({ hasTouch: true });

test("a shared border is moved by touch, approved by another, and both neighbours have changed", async ({ page, signIn, browser, server, signIns, shot }) => {
  const community = "320581001001";
  await signIn("grid_worker");
  const { at, parts } = await sharedCorner(page, community, "320581001001001");
  const before = await borders(page, community);
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
  // Where the finger let go there is one corner, which none of them had before and all of them have now.
  const fresh = parts.map((part) => [...(now.get(part) ?? [])].filter((corner) => !before.get(part)?.has(corner)));
  const both = (fresh[0] ?? []).filter((corner) => fresh.every((corners) => corners.includes(corner)));
  expect(both, JSON.stringify(fresh)).not.toEqual([]);
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

test("what could not be saved waits on the device, is offered when the page opens again, and goes only when so chosen", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^failed: .*\/api\/v1\/grid\/edit\/save/, /^409 .*\/api\/v1\/grid\/edit\/save/);
  const community = "320581001006";
  const offered = (where: Page) => where.getByText("这台设备上有没存的改动");
  await signIn("town_admin");
  const { at } = await sharedCorner(page, community);
  await drawing(page, community);
  await page.route("**/api/v1/grid/edit/save*", (route) => route.abort());
  await tool(page, "挪边界");
  await drag(page, await pixelOf(page, at), { x: 12, y: 6 });
  await expect(page.locator(".edit-keeping")).toContainText("改动存在这台设备上");
  await expect(main(page).getByText("刚才的改动没有存到服务器")).toBeVisible();
  await axe(page);
  await page.reload();
  await live(page);
  await expect(offered(page)).toBeVisible();
  await expect(changed(page)).toHaveCount(0);
  await axe(page);
  await shot("edit-offered");
  await page.unroute("**/api/v1/grid/edit/save*");
  await page.getByRole("button", { name: "用这台设备上没存的改动" }).click();
  await expect(changed(page)).toBeVisible();
  await kept(page);

  // In another tab it is undone: what this one does next would go over that.
  const second = await page.context().newPage();
  await drawing(second, community);
  await expect(offered(second)).toHaveCount(0);
  await second.getByRole("button", { name: "撤销" }).click();
  await kept(second);
  await second.close();
  await tool(page, "挪边界");
  const moved = await pixelOf(page, at).then(({ x, y }) => ({ x: x + 12, y: y + 6 }));
  await drag(page, moved, { x: -6, y: 8 });
  await expect(page.locator(".edit-keeping")).toContainText("没有存上");
  await main(page).getByRole("link", { name: "刷新，看服务器上的" }).click();
  await live(page);
  await expect(offered(page)).toBeVisible();
  await page.getByRole("button", { name: "不要了" }).click();
  await expect(offered(page)).toHaveCount(0);
  await page.reload();
  await live(page);
  await expect(offered(page)).toHaveCount(0);
  await expect(changed(page)).toHaveCount(0);
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
