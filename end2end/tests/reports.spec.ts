// Reporting something: with a photo from the phone, once however often it is pressed, without script; and who sees it.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { photo } from "../support/files";

const ELSEWHERE = "320581001002";
const MATTER = /\/reports\/[0-9a-z]{8,}\?done=sent/;

const main = (page: Page) => page.locator("main");
const words = (page: Page) => page.getByLabel(/^说说是什么事/);
const send = (page: Page) => page.getByRole("button", { name: "交上去", exact: true });
const what = (page: Page, name: RegExp) => page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name });
const mine = (page: Page) => page.getByRole("list", { name: "我反映的", exact: true });

/** The form, once its scripts have taken over. */
async function form(page: Page): Promise<void> {
  await page.goto("/reports/new");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("什么事？");
}

test("a photo on the phone becomes a matter with a number, a deadline, and somebody who has it", async ({ page, signIn, shot }, info) => {
  const said = `演示·楼道灯不亮 ${info.project.name} ${info.retry}`;
  await signIn("resident");
  await page.goto("/");
  await live(page);
  await page.locator("#reports-new").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("什么事？");
  await live(page);
  await expect(page.getByRole("region", { name: "有生命危险先打电话" }).getByRole("link")).toHaveCount(3);
  await axe(page);
  await shot("reports-new");
  await page.getByLabel("找不到？用平常的话说").fill("路灯坏了");
  await page.getByRole("button", { name: "设施损坏", exact: true }).click();
  await expect(what(page, /设施损坏/)).toBeChecked();
  await expect(page.getByRole("group", { name: /会伤到人吗/ })).toBeVisible();
  await page.getByLabel(/^拍照/).setInputFiles([photo("一.png"), photo("二.png")]);
  await words(page).fill(said);
  await page.getByLabel(/^具体在什么地方/).fill("3 幢楼道");
  await send(page).click();
  await expect(page).toHaveURL(MATTER);
  await live(page);
  await expect(page.getByText("收到了，已经有人接着办。")).toBeVisible();
  await expect(page.locator(".eyebrow")).toHaveText(/^\d{12}-\d{4}-\d{4,}$/);
  await expect(main(page)).toContainText(said);
  await expect(main(page)).toContainText("3 幢楼道");
  await expect(page.getByText("等受理", { exact: true })).toBeVisible();
  await expect(page.getByText(/^还有 \d+ 天$/).first()).toBeVisible();
  await expect(page.getByRole("list", { name: "照片", exact: true }).getByRole("img")).toHaveCount(2);
  await axe(page);
  await shot("reports-matter");

  await page.getByText("补充情况", { exact: true }).click();
  await page.getByLabel(/^补充什么/).fill("演示·二楼也不亮");
  await page.getByRole("button", { name: "补充", exact: true }).click();
  await expect(page).toHaveURL(/\?done=add/);
  await expect(page.getByText("补充的内容已加上，办的人会看到。")).toBeVisible();
  await expect(main(page)).toContainText("演示·二楼也不亮");
  await page.goto("/reports");
  await expect(mine(page).getByRole("link").filter({ hasText: said })).toHaveCount(1);
  await axe(page);
  await shot("reports");
});

test("pressed twice it is stored once", async ({ page, signIn }, info) => {
  const said = `演示·按了两下 ${info.project.name} ${info.retry}`;
  await signIn("resident");
  await form(page);
  await what(page, /停车/).check();
  await words(page).fill(said);
  // The same form, with the same key, from two windows of an impatient device; then the press itself, twice.
  const multipart = await page.locator("#form-report").evaluate((element) => {
    const typed: Record<string, string> = {};
    new FormData(element as HTMLFormElement).forEach((value, name) => {
      if (typeof value === "string") typed[name] = value;
    });
    return typed;
  });
  const once = await page.request.post("/reports/send", { multipart, maxRedirects: 0, headers: { origin: new URL(page.url()).origin } });
  expect(once.status()).toBe(303);
  await send(page).dblclick();
  await expect(page).toHaveURL(MATTER);
  expect(once.headers().location).toContain(new URL(page.url()).pathname);
  await page.goto("/reports");
  await expect(mine(page).getByRole("link").filter({ hasText: said })).toHaveCount(1);
});

test("a photo alone is a report, and lists say so", async ({ page, signIn }) => {
  await signIn("resident");
  await form(page);
  await page.getByLabel("找不到？用平常的话说").fill("灯坏了");
  await page.getByRole("button", { name: "设施损坏", exact: true }).click();
  await page.getByLabel(/^拍照/).setInputFiles(photo("只有照片.png"));
  await send(page).click();
  await expect(page).toHaveURL(MATTER);
  await expect(main(page)).toContainText("（只有照片）");
  await expect(page.getByRole("list", { name: "照片", exact: true }).getByRole("img")).toHaveCount(1);
  const address = new URL(page.url()).pathname;
  await page.goto("/reports");
  await expect(mine(page).locator(`a[href="${address}"]`)).toContainText("（只有照片）");
});

test("where it is: pointed at on a map by the keyboard, or a building that is searched for", async ({ page, signIn, shot }, info) => {
  const said = `演示·指了位置 ${info.project.name} ${info.retry}`;
  await signIn("resident");
  await form(page);
  const pin = page.locator('input[name="at"]');
  await expect(pin).toHaveValue("");
  await page.getByRole("button", { name: "在地图上指", exact: true }).click();
  const map = page.locator(".map-pin .map");
  await expect(map).toHaveAttribute("role", "application");
  await map.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^位置选好了，在/)).toBeVisible();
  await expect(pin).toHaveValue(/^\d+\.\d+,\d+\.\d+$/);
  await axe(page);
  await shot("reports-pin");
  // A building that is chosen instead is where it is: the pin goes.
  await main(page).locator("summary").filter({ hasText: "换个地方" }).click();
  await page.getByRole("searchbox", { name: "小区、社区或者地址", exact: true }).fill("花园浜3幢");
  await page.getByRole("group", { name: "在哪里", exact: true }).getByRole("radio", { name: /^花园浜3幢/ }).check();
  await expect(pin).toHaveValue("");
  await what(page, /噪声/).check();
  await words(page).fill(said);
  await send(page).click();
  await expect(page).toHaveURL(MATTER);
  await expect(main(page)).toContainText("花园浜3幢");
});

test("a refused report says what is missing, and keeps what was typed", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^422 .*\/reports\/send/);
  await signIn("resident");
  await form(page);
  await words(page).fill("演示·好像着火了");
  await expect(page.getByText("如果现在就有危险，请先打电话")).toBeVisible();
  await words(page).fill("演示·没有选类别，也写错了电话");
  await page.getByText("要人上门，或者换个电话联系", { exact: true }).click();
  await page.getByLabel(/^联系电话/).fill("12345");
  await send(page).click();
  await expect(page.getByText("请选是哪方面的事，说不清就选“其他 / 说不清”。").first()).toBeVisible();
  await expect(page.getByText("手机号应为 11 位数字，请检查是否少填或多填了。").first()).toBeVisible();
  await expect(words(page)).toHaveValue("演示·没有选类别，也写错了电话");
  await axe(page);
  await shot("reports-refused");
});

test("a stranger sees nothing of a matter that is not published", async ({ page, browser, server, signIn }, info) => {
  const said = `演示·只给办的人看 ${info.project.name} ${info.retry}`;
  await signIn("resident");
  await form(page);
  await what(page, /说不清/).check();
  await words(page).fill(said);
  await send(page).click();
  await expect(page).toHaveURL(MATTER);
  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  const stranger = await context.newPage();
  const answer = await stranger.goto(new URL(page.url()).pathname);
  expect(answer?.status()).toBe(404);
  await expect(stranger.getByText(said)).toHaveCount(0);
  expect((await stranger.goto("/reports/new"))?.status()).toBe(200);
  await expect(stranger.getByRole("link", { name: /^登录后反映/ })).toBeVisible();
  await stranger.goto("/reports");
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("反映的事");
  await expect(stranger.getByText(said)).toHaveCount(0);
  await context.close();
});

test("长辈版: reporting is among the three places, and large", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/appearance?size=large&back=/");
  await live(page);
  await expect(page.locator("html")).toHaveClass(/large/);
  await page.getByRole("navigation", { name: "主要去处" }).getByRole("link", { name: "反映", exact: true }).click();
  await page.getByRole("link", { name: "反映一件事" }).click();
  await expect(main(page).getByText("没有这个按钮的，点键盘上的话筒。")).toBeVisible();
  await live(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await axe(page);
  await shot("reports-new-large");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("it is one form, which comes back as it was typed, and then becomes a matter", async ({ page, signIn, shot }, info) => {
    const said = `演示·没有脚本 ${info.project.name} ${info.retry}`;
    await signIn("resident");
    await page.goto("/reports/new");
    // Somewhere else than at home: what was looked for and chosen stays when the form comes back.
    await main(page).locator("summary").filter({ hasText: "换个地方" }).click();
    const box = page.getByRole("searchbox", { name: "小区、社区或者地址", exact: true });
    await box.fill(ELSEWHERE);
    await box.press("Enter");
    await expect(page).toHaveURL(/q=/);
    const there = page.getByRole("group", { name: "在哪里", exact: true }).locator(`input[value="${ELSEWHERE}"]`);
    await there.check();
    await what(page, /噪声/).check();
    await words(page).fill(said);
    await page.getByText("要人上门，或者换个电话联系", { exact: true }).click();
    await page.getByLabel(/^联系电话/).fill("12345");
    await send(page).click();
    await expect(page.getByText("手机号应为 11 位数字，请检查是否少填或多填了。").first()).toBeVisible();
    await expect(words(page)).toHaveValue(said);
    await expect(what(page, /噪声/)).toBeChecked();
    await expect(there).toBeChecked();
    await expect(page.getByRole("group", { name: /一般在什么时候/ })).toBeVisible();
    await shot("reports-plain-refused");
    await page.getByLabel(/^联系电话/).fill("");
    // By now the buildings there can be chosen from a list.
    await page.getByRole("combobox", { name: /^哪一幢/ }).selectOption({ index: 1 });
    const building = await page.getByRole("combobox", { name: /^哪一幢/ }).evaluate((list) => (list as HTMLSelectElement).selectedOptions[0]?.text ?? "");
    await page.getByRole("radio", { name: "夜里", exact: true }).check();
    await page.getByLabel(/^拍照/).setInputFiles(photo("音响.png"));
    await send(page).click();
    await expect(page).toHaveURL(MATTER);
    await expect(main(page)).toContainText(said);
    await expect(main(page)).toContainText("夜里");
    await expect(main(page)).toContainText(building);
    await expect(page.getByRole("list", { name: "照片", exact: true }).getByRole("img")).toHaveCount(1);
  });
});
