// Drawing borders: what the specs of it share.

import type { Browser, Page } from "@playwright/test";
import { expect, live } from "../fixtures";
import type { Role, SignIns } from "./accounts";
import type { Linli } from "./linli";

export type Place = [lon: number, lat: number];
export interface Shape {
  properties: { code: string; name: string };
  geometry: { type: "Polygon"; coordinates: Place[][] };
}

export const main = (page: Page) => page.locator("main");
export const map = (page: Page) => page.locator("#edit-map");
export const key = ([lon, lat]: Place) => `${lon.toFixed(7)},${lat.toFixed(7)}`;
export const changed = (page: Page) => page.getByRole("table", { name: "会变的网格" });

/** The borders as anybody is shown them, by code. */
export async function borders(page: Page, code: string, on = ""): Promise<Map<string, Set<string>>> {
  const answer = await page.request.get(`/map/data/${code}.geojson${on && `?on=${on}`}`);
  expect(answer.status()).toBe(200);
  const { features } = (await answer.json()) as { features: Shape[] };
  return new Map(features.map(({ properties, geometry }) => [properties.code, new Set((geometry.coordinates[0] ?? []).map(key))]));
}

/** A corner that two parts share and that is not on the outline, with their codes. */
export async function sharedCorner(page: Page, code: string, of?: string): Promise<{ at: Place; parts: string[] }> {
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
export async function pixelOf(page: Page, [lon, lat]: Place): Promise<{ x: number; y: number }> {
  const radius = 6378137;
  const radians = Math.PI / 180;
  const metres = [radius * lon * radians, radius * Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2))] as const;
  const [left, bottom, right, top] = ((await map(page).getAttribute("data-extent")) ?? "").split(",").map(Number) as [number, number, number, number];
  const box = await map(page).locator(".map-live").boundingBox();
  if (!box) throw new Error("the map is not shown");
  return { x: box.x + ((metres[0] - left) / (right - left)) * box.width, y: box.y + ((top - metres[1]) / (top - bottom)) * box.height };
}

/** One finger down, along, and up. */
export async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", part: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: from.x + by.x * part, y: from.y + by.y * part }] });
  await touch("touchStart", 0);
  for (const part of [0.2, 0.4, 0.6, 0.8, 1]) await touch("touchMove", part);
  await touch("touchEnd", 1);
  await session.detach();
}

/** The same with a mouse. */
export async function dragByMouse(page: Page, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 5 });
  await page.mouse.up();
}

/** A finger taps a place, with the map in view. */
export async function tap(page: Page, place: Place): Promise<void> {
  await map(page).scrollIntoViewIfNeeded();
  const { x, y } = await pixelOf(page, place);
  await page.touchscreen.tap(x, y);
}

/** The page for drawing, ready to be drawn on. */
export async function drawing(page: Page, code: string): Promise<void> {
  await page.goto(`/map/edit/${code}`);
  await live(page);
  await expect(map(page).locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  await expect(map(page)).toHaveAttribute("data-extent", /\d/);
  await map(page).scrollIntoViewIfNeeded();
}

export async function tool(page: Page, name: string): Promise<void> {
  await page.getByRole("toolbar").getByRole("button", { name, exact: true }).click();
}

export const kept = (page: Page) => expect(page.locator(".edit-keeping")).toContainText("已存");

export async function handIn(page: Page, reason: string): Promise<string> {
  await kept(page);
  await page.getByRole("textbox", { name: /为什么改/ }).fill(reason);
  await page.getByRole("button", { name: "提交审批" }).click();
  await expect(page).toHaveURL(/\/map\/drafts\/[0-9a-f-]+\?done=proposed/);
  await expect(main(page)).toContainText("等审批");
  return new URL(page.url()).pathname;
}

export async function as(browser: Browser, server: Linli, signIns: SignIns, role: Role): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: server.url, viewport: { width: 1024, height: 768 }, hasTouch: true })).newPage();
  await signIns.signIn(page, role);
  return page;
}

export async function approve(page: Page, draft: string): Promise<void> {
  await page.goto(draft);
  await live(page);
  await page.getByRole("button", { name: "通过" }).click();
  await expect(main(page)).toContainText("已生效");
}
