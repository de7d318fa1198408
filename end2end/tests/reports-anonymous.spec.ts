// Reporting without an account: anonymously with a tracking code, and by a number that is proved; with script and without.

import type { Page, TestInfo } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { shownCode } from "../support/accounts";

const GRID = "320581001001001";
const COMMUNITY = "320581001001";
const MATTER = /\/reports\/[0-9a-z]{8,}$/;
const CODE = /^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/;

const main = (page: Page) => page.locator("main");
const words = (page: Page) => page.getByLabel(/^说说是什么事/);
const what = (page: Page, name: RegExp) => page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name });
const where = (page: Page) => page.getByRole("group", { name: "在哪里" }).getByRole("radio").first();
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();
const given = (page: Page) => page.getByRole("textbox", { name: "查询码", exact: true });
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Chooses a place and says what it is. */
async function fill(page: Page, said: string): Promise<void> {
  const box = page.getByRole("searchbox", { name: "小区、社区或者地址", exact: true });
  await box.fill(GRID);
  await box.press("Enter");
  await where(page).check();
  await what(page, /停车/).check();
  await words(page).fill(said);
}

/** A number of this test's own: codes to one number are few. */
const number = (info: TestInfo) => `137${info.project.name === "phone" ? 1 : 2}${info.retry}001234`;

/** A step of somebody who is signed in, as a device sends it. */
async function act(page: Page, code: string, step: Record<string, string>): Promise<void> {
  await page.evaluate(
    async (fields) => {
      const answer = await fetch("/api/v1/reports/act", { method: "POST", body: new URLSearchParams(fields) });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    { code, ...step },
  );
}

test("anonymously: a code is given once, and by it the matter is followed to its end", async ({ page, browser, server, signIns, watched, shot }, info) => {
  watched.allow(/^404 .*\/reports\//, /^422 .*\/reports\/track\/open/);
  const said = `演示·不留名字 ${info.project.name} ${info.retry}`;
  await page.goto("/reports/new");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("反映一件事");
  await expect(page.getByRole("region", { name: "有生命危险先打电话" }).getByRole("link")).toHaveCount(3);
  await axe(page);
  await shot("reports-ways");
  await page.getByRole("link", { name: /^匿名反映/ }).click();
  await expect(page).toHaveURL(/\/reports\/new\/anonymous$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("什么事？");
  await fill(page, said);
  await expect(page.getByRole("checkbox", { name: /^同意公开/ })).toHaveCount(0);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-anonymous");
  await press(page, "交上去");
  await expect(page).toHaveURL(/\/reports\/track\?done=sent$/);
  await expect(given(page)).toHaveValue(CODE);
  const code = await given(page).inputValue();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-code");
  await press(page, "记好了，看这件事");
  await expect(page).toHaveURL(MATTER);
  await expect(main(page)).toContainText(said);
  await expect(main(page)).not.toContainText(code);
  const address = new URL(page.url()).pathname;
  const matter = address.split("/").at(-1) ?? "";
  await main(page).getByText("补充情况", { exact: true }).click();
  await page.getByLabel(/^补充什么/).fill("演示·又来了一辆");
  await press(page, "补充");
  await expect(page).toHaveURL(/\?done=add/);
  await expect(main(page)).toContainText("演示·又来了一辆");

  // Whoever lets go of it leaves nothing behind.
  await press(page, "看完了，退出");
  await expect(page.getByText("已退出，这台设备上没有留下什么。")).toBeVisible();
  expect((await page.goto(address))?.status()).toBe(404);

  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [staff, property] = [await another(), await another()];
  await signIns.signIn(staff, "staff");
  await signIns.signIn(property, "property");
  await staff.goto(address);
  await live(staff);
  await expect(main(staff)).toContainText("匿名");
  await act(staff, matter, { action: "accept" });
  await act(staff, matter, { action: "dispatch", to: `${COMMUNITY}:property` });
  await property.goto("/");
  await live(property);
  await act(property, matter, { action: "begin" });
  await act(property, matter, { action: "answer", words: "演示·车已经挪走。" });
  await property.context().close();

  await page.goto("/reports/track");
  await live(page);
  await given(page).fill("K7MP-2QXW-9HTR");
  await press(page, "查进展");
  await expect(page.getByText(/^没有这个查询码/).first()).toBeVisible();
  await axe(page);
  await given(page).fill(code.toLowerCase().replaceAll("-", ""));
  await press(page, "查进展");
  await expect(page).toHaveURL(MATTER);
  await expect(main(page)).toContainText("演示·车已经挪走。");
  // What happens now is on the page of whoever has no account, too, without looking again.
  await live(page);
  await act(staff, matter, { action: "check", words: "演示·回访看过了。" });
  await expect(main(page)).toContainText("演示·回访看过了。");
  await staff.context().close();
  await main(page).getByRole("radio", { name: "满意", exact: true }).check();
  await press(page, "评价");
  await expect(page).toHaveURL(/done=rate/);
  await expect(main(page).getByText("办结", { exact: true }).first()).toBeVisible();
  await axe(page);
});

test("by a number: it is proved by a code, is called, and opens what was reported by it", async ({ page, shot }, info) => {
  const said = `演示·留了号码 ${info.project.name} ${info.retry}`;
  const prove = async () => {
    await page.getByRole("textbox", { name: /^手机号/ }).fill(number(info));
    await press(page, "获取验证码");
    await page.getByRole("textbox", { name: /^验证码/ }).fill(await shownCode(page));
    await press(page, "验证");
  };
  await page.goto("/reports/new/phone");
  await live(page);
  await axe(page);
  await prove();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("什么事？");
  await fill(page, said);
  await shot("reports-by-number");
  await press(page, "交上去");
  await expect(given(page)).toHaveValue(CODE);
  await press(page, "记好了，看这件事");
  await expect(main(page)).toContainText(said);
  await press(page, "看完了，退出");
  await expect(page).toHaveURL(/\/reports\/track\?done=left$/);
  await expect(page.getByText("已退出，这台设备上没有留下什么。")).toBeVisible();
  await prove();
  const mine = page.getByRole("list", { name: "您反映的", exact: true }).getByRole("link").filter({ hasText: said });
  await mine.click();
  await expect(page).toHaveURL(MATTER);
  await expect(main(page)).toContainText(said);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the form comes back as it was typed, and then gives the code", async ({ page, watched, shot }, info) => {
    watched.allow(/^404 .*\/reports\//);
    const said = `演示·匿名，没有脚本 ${info.project.name} ${info.retry}`;
    await page.goto("/reports/new");
    await page.getByRole("link", { name: /^匿名反映/ }).click();
    await fill(page, said);
    await page.getByText("要人上门，或者留个电话", { exact: true }).click();
    await page.getByLabel(/^联系电话/).fill("12345");
    await press(page, "交上去");
    await expect(page.getByText("手机号应为 11 位数字，请检查是否少填或多填了。").first()).toBeVisible();
    await expect(words(page)).toHaveValue(said);
    await page.getByLabel(/^联系电话/).fill("");
    await expect(where(page)).toBeChecked();
    await press(page, "交上去");
    await expect(page).toHaveURL(/\/reports\/track\?done=sent$/);
    await expect(given(page)).toHaveValue(CODE);
    await shot("reports-code-plain");
    const code = await given(page).inputValue();
    await press(page, "记好了，看这件事");
    await expect(main(page)).toContainText(said);
    const address = new URL(page.url()).pathname;
    await press(page, "看完了，退出");
    expect((await page.goto(address))?.status()).toBe(404);
    await page.goto("/reports/track");
    await given(page).fill(code);
    await press(page, "查进展");
    await expect(page).toHaveURL(MATTER);
    await expect(main(page)).toContainText(said);
  });
});
