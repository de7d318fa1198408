// What comes again is met about: what was promised by when, who says what came of it, and what everybody reads.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const COMMUNITY = "320581001001";
const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();
const fold = (page: Page, name: RegExp) => main(page).locator("summary").filter({ hasText: name }).click();

test("a meeting about what comes again, a promise kept, and a text for everybody", async ({ page, signIn, browser, server, signIns, shot }, info) => {
  test.setTimeout(120_000);
  const what = `划出三个车位 ${info.project.name} ${info.retry}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [property, stranger] = [await another(), await another()];
  await signIns.signIn(property, "property");

  await signIn("secretary");
  await page.goto("/admin/reports/joint");
  await live(page);
  const again = main(page).getByRole("list", { name: "一年里同一个地方反复反映的", exact: true });
  await expect(again.getByRole("link").first()).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-joints");
  await again.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("记一次联席会");
  await live(page);
  await expect(page.getByRole("textbox", { name: /^哪几件反映/ })).toHaveValue(/^\d{12}-\d{4}-\d{4,}/);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await page.getByRole("textbox", { name: /^社区/ }).fill("沈书记");
  await page.getByRole("textbox", { name: /^物业/ }).fill("李经理");
  await page.getByRole("textbox", { name: /^各方的意见/ }).fill("演示：都同意划线。");
  await page.getByRole("textbox", { name: /^承诺 1：承诺做什么/ }).fill(what);
  await page.getByRole("combobox", { name: /^承诺 1：哪一方/ }).selectOption("property");
  await page.getByRole("combobox", { name: /^承诺 1：由谁来办/ }).selectOption(`${COMMUNITY}:property`);
  await page.getByLabel(/^承诺 1：什么时候兑现/).fill(new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10));
  await shot("reports-joint-new");
  await press(page, "记下");
  await expect(page).toHaveURL(/\/reports\/joint\/[0-9a-z]+\?done=noted/);
  await live(page);
  await expect(main(page)).toContainText(what);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-joint");

  // Whoever promised says what came of it; who keeps the meeting sees it at once.
  const path = new URL(page.url()).pathname;
  await property.goto(path);
  await live(property);
  await expect(main(property)).toContainText(what);
  await fold(property, /^第 1 条兑现了吗$/);
  await main(property).getByRole("radio", { name: "已经兑现", exact: true }).check();
  await main(property).getByRole("textbox", { name: /^怎么兑现的/ }).fill("演示：划好了。");
  await press(property, "记下结果");
  await expect(property).toHaveURL(/done=ended/);
  await expect(main(page).getByText("结果：演示：划好了。", { exact: true })).toBeVisible();

  await fold(page, /^说给大家听$/);
  await main(page).getByRole("textbox", { name: /^公开的文字/ }).fill("演示：3 幢划出了三个车位。");
  await press(page, "公开");
  await expect(page).toHaveURL(/done=published/);
  await stranger.goto(path);
  await expect(main(stranger)).toContainText("演示：3 幢划出了三个车位。");
  await expect(main(stranger)).not.toContainText("李经理");
  await property.context().close();
  await stranger.context().close();
});
