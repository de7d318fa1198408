// The tools for drawing borders, with a finger and with a mouse: a part drawn and merged back, a piece given away, a border pulled.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { borders, changed, dragByMouse, drawing, kept, key, main, map, type Place, pixelOf, tap, tool } from "../support/edit";

test.use({ hasTouch: true });

/** No other test draws there. */
const COMMUNITY = "320581001008";
/** In the middle of it, with five corners, each pointing outwards, and none on the outline. */
const GRID = "320581001008002";
const NEW = "试画网格";

const told = (page: Page) => page.locator(".edit-told");
const nameOf = (code: string) => `第${Number(code.slice(-3))}网格`;
const drawnSoFar = (page: Page, count: number) => expect(main(page)).toContainText(`已经画了 ${count} 个点`);

/** The middle of a grid's longest side on the screen, and a pull from there into the grid. */
async function dent(page: Page, ring: Place[]): Promise<{ from: { x: number; y: number }; by: { x: number; y: number } }> {
  await map(page).scrollIntoViewIfNeeded();
  const corners = await Promise.all(ring.map((place) => pixelOf(page, place)));
  const middle = (of: { x: number; y: number }[]) => ({ x: of.reduce((sum, { x }) => sum + x, 0) / of.length, y: of.reduce((sum, { y }) => sum + y, 0) / of.length });
  const sides = corners.map((a, i) => [a, corners[(i + 1) % corners.length] ?? a] as const);
  const length = ([a, b]: (typeof sides)[number]) => Math.hypot(a.x - b.x, a.y - b.y);
  const from = middle([...sides.reduce((long, side) => (length(side) > length(long) ? side : long))]);
  const inside = middle(corners);
  const part = 14 / Math.hypot(inside.x - from.x, inside.y - from.y);
  return { from, by: { x: (inside.x - from.x) * part, y: (inside.y - from.y) * part } };
}

test("a part is drawn by taps and merged back, a piece given away, and a border pulled with the mouse", async ({ page, signIn, shot }) => {
  await signIn("town_admin");
  const all = await borders(page, COMMUNITY);
  const ring = [...(all.get(GRID) ?? [])].map((corner) => corner.split(",").map(Number) as Place);
  const [first, second, third] = ring as [Place, Place, Place];
  await drawing(page, COMMUNITY);

  // What leaves the outline is told while it is being drawn, and hinders nothing.
  await tool(page, "画新网格");
  await drawnSoFar(page, 0);
  await tap(page, first);
  await drawnSoFar(page, 1);
  const box = await map(page).locator(".map-live").boundingBox();
  if (!box) throw new Error("the map is not shown");
  await page.touchscreen.tap(box.x + 10, box.y + box.height / 2);
  await drawnSoFar(page, 2);
  await expect(told(page)).toContainText("外边界的外面");
  await shot("edit-drawing-outside");
  await page.getByRole("button", { name: "退一个点" }).click();
  await drawnSoFar(page, 1);
  await expect(told(page)).not.toContainText("外边界的外面");
  await tap(page, second);
  await tap(page, third);
  await drawnSoFar(page, 3);
  await page.getByRole("button", { name: "画完" }).click();
  await expect(main(page)).toContainText("画的是哪个网格");
  await page.getByRole("textbox", { name: "新网格的名称" }).fill(NEW);
  await page.getByRole("button", { name: "成立新网格", exact: true }).click();
  await expect(changed(page)).toContainText(NEW);

  // Merged into the grid that it was drawn out of, nothing has changed.
  await page.getByRole("combobox", { name: "网格" }).selectOption({ label: NEW });
  await page.getByText("并入邻居", { exact: true }).click();
  await page.getByRole("button", { name: `并入${nameOf(GRID)}`, exact: true }).click();
  await expect(changed(page)).toHaveCount(0);

  // The same corner, cut off by a line, goes to the neighbour there.
  const beside = [...all].find(([code, corners]) => code !== COMMUNITY && code !== GRID && [first, second].every((place) => corners.has(key(place))));
  const taker = nameOf(beside?.[0] ?? "");
  await page.getByRole("combobox", { name: "网格" }).selectOption(GRID);
  await tool(page, "划一块给邻居");
  await drawnSoFar(page, 0);
  await tap(page, first);
  await tap(page, third);
  await drawnSoFar(page, 2);
  await page.getByRole("button", { name: "画完" }).click();
  await page.getByRole("button", { name: new RegExp(`^给${taker}，`) }).click();
  await expect(changed(page).getByRole("row")).toHaveCount(3);
  await expect(changed(page)).toContainText(taker);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(changed(page)).toHaveCount(0);

  // A border pulled in its middle has a corner there, which is taken out again.
  await tool(page, "挪边界");
  const pull = await dent(page, ring);
  await dragByMouse(page, pull.from, pull.by);
  await expect(changed(page).getByRole("row")).toHaveCount(3);
  await tool(page, "去掉顶点");
  const { from, by } = await dent(page, ring);
  await page.touchscreen.tap(from.x + by.x, from.y + by.y);
  await expect(changed(page)).toHaveCount(0);
  await kept(page);
});
