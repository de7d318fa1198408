// A dispute from its application to the printed agreement: what needs both sides does not begin without them, and who is not named sees nothing.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { photo } from "../support/files";

const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();

/** What a press leads to: the page says what was done. */
async function done(page: Page, action: string, says: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`done=${action}$`));
  await expect(main(page)).toContainText(says);
  await live(page);
}

test("a dispute is applied for, agreed to by both, mediated, and its agreement printed and signed", async ({ page, signIn, browser, server, signIns, shot }, info) => {
  test.setTimeout(120_000);
  const said = `演示·楼上漏水 ${info.project.name} ${Date.now()}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [centre, overseer] = [await another(), await another()];
  await signIns.signIn(centre, "mediation");
  await signIns.signIn(overseer, "town_admin");

  await signIn("resident");
  await page.goto("/mediation");
  await live(page);
  await expect(main(page)).toContainText("不收任何费用");
  await axe(page);
  await main(page).getByRole("link", { name: "申请调解", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("申请调解");
  await live(page);
  await main(page).getByRole("radio", { name: "邻里纠纷", exact: true }).check();
  await main(page).getByRole("textbox", { name: /^发生了什么/ }).fill(said);
  await main(page).getByRole("textbox", { name: /^您希望怎么解决/ }).fill("修好水管，重新粉刷");
  await main(page).getByRole("textbox", { name: /^对方的姓名或者名称/ }).fill("演示·楼上邻居");
  await main(page).getByRole("textbox", { name: /^对方的住处/ }).fill("3 幢 602 室");
  await main(page).getByRole("checkbox", { name: /^是本人要申请/ }).check();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("mediation-new");
  await press(page, "交上去");
  await done(page, "apply", "申请收到了");
  const address = new URL(page.url()).pathname;
  await expect(main(page)).toContainText(said);
  await expect(main(page)).toContainText("等受理");
  await axe(page);

  // Who oversees is told how many there are.
  expect((await overseer.goto(address))?.status()).toBe(404);
  await overseer.goto("/admin/mediation");
  await expect(main(overseer)).toContainText("这里只有件数");
  await expect(overseer.getByRole("table", { name: "各到哪一步" })).toBeVisible();
  await expect(overseer.getByText(said)).toHaveCount(0);
  await overseer.context().close();

  // Whoever holds the post takes it before they read it.
  await centre.goto(address);
  await live(centre);
  await expect(main(centre).getByText(said)).toHaveCount(0);
  await press(centre, "接手");
  await done(centre, "take", "已接手");
  await expect(main(centre)).toContainText(said);
  await press(centre, "受理");
  await done(centre, "accept", "已受理");
  await expect(main(page)).toContainText("在问对方愿不愿意");
  await main(centre).getByRole("combobox", { name: /怎么问的/ }).selectOption("phone");
  await press(centre, "记下");
  await done(centre, "ask", "征求了对方的意见");
  await main(centre).getByRole("textbox", { name: /^对方怎么答复的/ }).first().fill("电话问的，愿意谈");
  await press(centre, "同意调解");
  await done(centre, "consent", "双方都同意了");
  await main(centre).getByRole("combobox", { name: /请谁调解/ }).selectOption({ label: "演示·严和平（综治中心工作人员）" });
  await press(centre, "请这一位");
  await done(centre, "name", "等本人声明");
  await main(centre).getByRole("checkbox", { name: /^我和双方没有/ }).check();
  await press(centre, "声明");
  await done(centre, "declare", "可以开始调解了");
  await main(centre).getByRole("textbox", { name: /^几点开始/ }).fill("00:01");
  await main(centre).getByRole("textbox", { name: /^在哪里/ }).fill("社区调解室");
  await main(centre).getByRole("textbox", { name: /^谁到场/ }).fill("双方、调解员");
  await main(centre).getByRole("textbox", { name: /^谈了什么/ }).fill("楼上愿意修");
  await press(centre, "记下这次调解");
  await done(centre, "hold", "这次调解已记下");
  await axe(centre);
  expect(await sideways(centre)).toBe(0);
  await shot("mediation-case");
  const settle = main(centre).locator("#form-settle");
  await settle.getByRole("textbox", { name: /^纠纷的主要事实/ }).fill("楼上卫生间漏水");
  await settle.getByRole("textbox", { name: "第 1 条的内容", exact: true }).fill("乙方修好水管");
  await press(centre, "写好协议");
  await done(centre, "settle", "请打印出来");
  await expect(main(page)).toContainText("达成协议，等签字");

  // The paper, as both sides have it.
  await main(page).getByRole("link", { name: "打印协议书", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("人民调解协议书");
  await live(page);
  await expect(main(page)).toContainText("1. 乙方修好水管");
  await expect(main(page)).toContainText("演示·楼上邻居");
  await expect(main(page)).toContainText("签名、盖章或者按指印");
  await expect(main(page)).toContainText("人民调解委员会（印章）");
  await expect(main(page)).toContainText("人民调解不收取费用");
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("mediation-agreement");

  const sign = main(centre).locator("#form-sign");
  await sign.getByRole("checkbox", { name: /^各方已签名/ }).check();
  await sign.getByLabel(/^签字的协议/).setInputFiles(photo("协议.png"));
  await press(centre, "协议生效");
  await done(centre, "sign", "协议生效了");
  await expect(main(centre).getByRole("list", { name: "签字的协议", exact: true }).getByRole("img")).toHaveCount(1);
  await expect(main(centre)).toContainText("共同向人民法院申请司法确认");
  await centre.context().close();
});

test("长辈版: what mediation is, and the way to it", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/appearance?size=large&back=/mediation");
  await live(page);
  await expect(page.locator("html")).toHaveClass(/large/);
  await expect(main(page).getByRole("link", { name: "申请调解", exact: true })).toBeVisible();
  expect(await sideways(page)).toBe(0);
  await axe(page);
  await shot("mediation-large");
});
