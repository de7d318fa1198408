// A community asks its residents: a proposal is made, published by its text, and answered with reasons; it is no vote.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("a resident proposes, staff publish and answer, and everybody reads both", async ({ page, signIn, browser, server, signIns }, info) => {
  test.setTimeout(120_000);
  const title = `演示·意见 ${info.project.name} ${Date.now()}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const staff = await another();
  await signIns.signIn(staff, "secretary");
  await staff.goto("/admin/surveys");
  await live(staff);
  await axe(staff);
  await main(staff).getByRole("textbox", { name: /^标题/ }).fill(title);
  await main(staff).getByRole("textbox", { name: /^为什么征集/ }).fill("逐条答复，写明理由。");
  await main(staff).getByRole("button", { name: "发起", exact: true }).click();
  await expect(staff).toHaveURL(/done=opened$/);
  const address = new URL(staff.url()).pathname;

  await signIn("resident");
  await page.goto(address);
  await live(page);
  await expect(main(page)).toContainText("不是表决");
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await main(page).getByRole("textbox", { name: /^您的意见/ }).fill("路灯太暗，请换亮一点的");
  await main(page).getByRole("button", { name: "提交意见", exact: true }).click();
  await expect(page).toHaveURL(/done=proposed$/);
  // The badge of their own; that nothing is published yet the page said before, too.
  await expect(main(page).getByText("还没有公开", { exact: true })).toBeVisible();
  await expect(main(page)).toContainText("路灯太暗");

  await staff.goto(address);
  await live(staff);
  await staff.getByText("公开第 1 条的文字", { exact: true }).click();
  await main(staff).getByRole("textbox", { name: /^公开的文字/ }).fill("请把路灯换亮");
  await main(staff).getByRole("button", { name: "公开第 1 条", exact: true }).click();
  await expect(staff).toHaveURL(/done=noted$/);
  await staff.goto(address);
  await live(staff);
  await staff.getByText("答复第 1 条", { exact: true }).click();
  await main(staff).getByRole("combobox", { name: /^采纳不采纳/ }).selectOption("adopted");
  await main(staff).getByRole("textbox", { name: /^理由/ }).fill("下个月换");
  await main(staff).getByRole("button", { name: "记下第 1 条的答复", exact: true }).click();
  await expect(main(staff)).toContainText("答复：下个月换");
  await staff.context().close();

  const stranger = await another();
  await stranger.goto(address);
  await expect(main(stranger)).toContainText("请把路灯换亮");
  await expect(main(stranger)).toContainText("下个月换");
  await expect(stranger.getByText("路灯太暗", { exact: false })).toHaveCount(0);
  await axe(stranger);
  await stranger.context().close();
});

test("a questionnaire that has closed shows its figures as a table", async ({ page }) => {
  await page.goto("/surveys");
  await main(page).getByRole("link", { name: /电动车充电桩放在哪里/ }).click();
  await expect(page.getByRole("table", { name: "放在哪里好" })).toBeVisible();
  await expect(main(page)).toContainText("少于 5 人的");
  await axe(page);
});
