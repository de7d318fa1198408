// Points of interest: found by kind, by name and by how near they are; entered on the spot; cameras only for those who work there.

import { axe, expect, forget, live, test } from "../fixtures";
import { photo } from "../support/files";

const GRID = "320581001001001";

test("a resident finds where meals are, when they are open, and calls", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/places");
  await live(page);
  await expect(page.locator(".eyebrow")).toHaveText("花园浜社区居委会");
  await expect(page.getByText("监控")).toHaveCount(0);
  await axe(page);
  await shot("places");
  await page.getByRole("navigation", { name: "按种类找" }).getByRole("link", { name: /老年助餐点/ }).click();
  await expect(page).toHaveURL(/kind=meals/);
  await page.getByRole("link", { name: /花园浜老年助餐点/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("花园浜老年助餐点");
  await expect(page.locator("main")).toContainText("午餐 10:45—12:30");
  await expect(page.getByRole("link", { name: "打电话 12345" })).toHaveAttribute("href", "tel:12345");
  await axe(page);
  await shot("places-point");
  await page.getByRole("link", { name: "在地图上看" }).click();
  await expect(page).toHaveURL(/\/map\/320581001001001\?at=/);
});

test("searching by pinyin and what is near, which stands in no address", async ({ page, context, shot }) => {
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 120.7335, latitude: 31.7402 });
  await page.goto("/places?node=320581001001");
  await live(page);
  const search = page.getByRole("searchbox", { name: "找一个点位" });
  await search.fill("xiaohuoshuan");
  await search.press("Enter");
  await expect(page.getByRole("link", { name: /消火栓/ }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: /充电棚/ })).toHaveCount(0);
  await search.fill("火星");
  await search.press("Enter");
  await expect(page.getByText("没有找到")).toBeVisible();
  await page.goto("/places?node=320581001001&kind=charger");
  await live(page);
  await page.getByRole("button", { name: "找离我最近的" }).click();
  const near = page.getByRole("list", { name: "离您最近的" });
  await expect(near.getByRole("listitem").first()).toContainText(/米|公里/);
  expect(page.url()).not.toContain("120.7");
  await axe(page);
  await shot("places-near");
});

test("a worker enters a point where one stands, is refused elsewhere, and loses nothing that was typed", async ({ page, context, signIn, watched, shot }, info) => {
  watched.allow(/^422 .*\/poi\/save/);
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 120.73301, latitude: 31.74 });
  await signIn("grid_worker");
  await page.goto("/places");
  await live(page);
  await page.getByRole("link", { name: "登记一个点位" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("登记一个点位");
  await live(page);
  const name = `演示·晾晒场 ${info.project.name} ${info.retry}`;
  await page.getByLabel(/^名称/).fill(name);
  await page.getByLabel(/^位置/).fill("120.9, 31.5");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("请选是什么。").first()).toBeVisible();
  await expect(page.getByLabel(/^名称/)).toHaveValue(name);
  await axe(page);
  await shot("places-refused");
  await page.getByLabel(/^是什么/).selectOption("venue");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator("#f-point-at").locator("xpath=..")).toContainText(/不归您维护|不在任何一个网格里/);
  await page.getByRole("button", { name: "用我的位置" }).click();
  await expect(page.getByLabel(/^位置/)).toHaveValue("120.733010, 31.740000");
  await page.getByLabel("坡道").check();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.locator("main")).toContainText("坡道");
  await page.getByRole("link", { name: "更正" }).click();
  await expect(page.getByLabel("坡道")).toBeChecked();
  await page.goBack();
  await live(page);
  await page.getByText("这里没有了", { exact: true }).click();
  await page.getByRole("button", { name: "记下" }).click();
  await expect(page.getByText("起这里没有了")).toBeVisible();
  await page.goto(`/places?node=${GRID}&kind=venue`);
  await expect(page.getByText(name)).toHaveCount(0);
});

test("a resident offers a photo that nobody sees until it is approved, and loses nothing that was typed", async ({ page, browser, server, signIn, watched, shot }, info) => {
  watched.allow(/^422 .*\/places\/photos\/add/);
  const alt = `演示·正门的坡道 ${info.project.name} ${info.retry}`;
  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  const stranger = await context.newPage();
  await signIn("resident");
  await page.goto("/places?node=320581001001&q=助餐");
  await live(page);
  await page.getByRole("link", { name: /花园浜老年助餐点/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("花园浜老年助餐点");
  await live(page);
  const point = new URL(page.url()).pathname + new URL(page.url()).search;
  await page.getByText("提供一张照片", { exact: true }).click();
  const [file, words, send] = [page.getByLabel(/^选一张照片/), page.getByLabel(/^描述/), page.getByRole("button", { name: "交给工作人员看" })];
  await send.click();
  await expect(page.getByText("请选一张照片。").first()).toBeVisible();
  await words.fill(alt);
  await file.setInputFiles({ name: "网页.jpg", mimeType: "image/jpeg", buffer: Buffer.from("<!DOCTYPE html><p>") });
  await send.click();
  await expect(page.getByText("只收照片：JPEG、PNG 或 WebP。").first()).toBeVisible();
  await expect(words).toHaveValue(alt);
  await axe(page);
  await shot("places-photo-refused");
  await file.setInputFiles(photo("王家大门.png"));
  await send.click();
  await expect(page.getByText("工作人员看过以后会显示出来")).toBeVisible();
  await expect(page.getByRole("img", { name: alt })).toBeVisible();
  await expect(page.getByText("等待审核", { exact: true })).toBeVisible();
  await axe(page);
  await shot("places-photo-waits");
  await stranger.goto(point);
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("花园浜老年助餐点");
  await expect(stranger.getByRole("img", { name: alt })).toHaveCount(0);

  await forget(page);
  await signIn("grid_worker");
  await page.goto("/");
  await live(page);
  await page.getByRole("link", { name: /点位的照片等您审核/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("待审核的照片");
  await live(page);
  const offered = page.locator("section.card").filter({ has: page.getByRole("img", { name: alt }) });
  await axe(page);
  await shot("places-photos");
  await offered.getByRole("button", { name: "采用", exact: true }).click();
  await expect(page.getByText("已采用，现在显示在点位的页面上。")).toBeVisible();
  await stranger.goto(point);
  const shown = stranger.getByRole("img", { name: alt });
  await shown.scrollIntoViewIfNeeded();
  await expect(async () => expect(await shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(64)).toPass();
  await context.close();
  await page.goto(point);
  await live(page);
  await page.getByRole("listitem").filter({ has: page.getByRole("img", { name: alt }) }).getByRole("button", { name: /删除照片/ }).click();
  await expect(page.getByText("照片已删除。")).toBeVisible();
  await expect(page.getByRole("img", { name: alt })).toHaveCount(0);
});

test("cameras are for those only who work there, and who keeps nothing is told so", async ({ page, browser, server, signIn, watched, shot }) => {
  watched.allow(/^(401|403|404) /);
  await signIn("grid_worker");
  await page.goto(`/places?node=${GRID}&kind=camera`);
  await live(page);
  const camera = page.getByRole("link", { name: /路口监控/ }).first();
  await expect(camera).toBeVisible();
  const href = await camera.getAttribute("href");
  await camera.click();
  await expect(page.getByText("只有工作人员能看到")).toBeVisible();
  await axe(page);
  await shot("places-camera");
  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  const stranger = await context.newPage();
  expect((await stranger.goto(href as string))?.status()).toBe(404);
  expect((await stranger.goto("/places/edit"))?.status()).toBe(401);
  await stranger.goto(`/places?node=${GRID}&kind=camera`);
  await expect(stranger.getByText("没有找到")).toBeVisible();
  await context.close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("lists, a point, and entering one work as pages", async ({ page, signIn }) => {
    await page.goto("/places?node=320581001001&q=助餐");
    await page.getByRole("link", { name: /花园浜老年助餐点/ }).click();
    await expect(page.getByRole("link", { name: "打电话 12345" })).toBeVisible();
    await signIn("grid_worker");
    await page.goto("/places/edit");
    await page.getByLabel(/^是什么/).selectOption("venue");
    await page.getByLabel(/^名称/).fill("演示·没有位置");
    await page.getByLabel(/^位置/).fill("哪里");
    await page.getByRole("button", { name: "保存" }).click();
    await expect(page.getByText("请填经度和纬度，例如 120.7512, 31.6541，或者用现在的位置。").first()).toBeVisible();
    await expect(page.getByLabel(/^名称/)).toHaveValue("演示·没有位置");
  });
});
