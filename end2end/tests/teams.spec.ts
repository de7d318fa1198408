// The team of a grid: seen by those who live there and those who work there, kept, its gaps told, and handed over.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { signInByCode } from "../support/accounts";

const COMMUNITY = "320581001001";
const GRID = `${COMMUNITY}001`;
const main = (page: Page) => page.locator("main");
const cards = (page: Page) => main(page).locator(".team-member");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Chooses who takes over. */
async function choose(page: Page, name: RegExp): Promise<void> {
  const select = page.getByLabel("由谁来接");
  const value = await select.locator("option").filter({ hasText: name }).getAttribute("value");
  await select.selectOption(value ?? "");
}

test("a resident calls those who answer for the grid, and sees nobody else", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^404 .*\/teams\//);
  await signIn("resident");
  await page.goto("/");
  await live(page);
  await main(page).getByRole("link", { name: /我的网格有谁/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("的队伍");
  const worker = cards(page).filter({ hasText: "演示·汤小禾" });
  await expect(worker.getByRole("link", { name: "打电话给演示·汤小禾" })).toHaveAttribute("href", "tel:13900000003");
  await expect(main(page).getByRole("heading", { name: "民警" })).toBeVisible();
  // Whoever lends a hand did not lend the number; and a gap is no resident's business.
  for (const hidden of ["志愿者", "楼栋长", "党员干部", "还没有人", "交接", "登记一个人"]) {
    await expect(main(page).getByText(hidden, { exact: true })).toHaveCount(0);
  }
  const box = await worker.getByRole("link").boundingBox();
  expect(box?.height ?? 0).toBeGreaterThanOrEqual(48);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("team-resident");
  await page.goto(`/teams/${COMMUNITY}002`);
  await expect(main(page).getByText("没有找到").first()).toBeVisible();
});

test("a worker enters, corrects and ends a post; what is wrong is told beside its field", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^422 .*\/api\/v1\/teams\/entry/);
  await signIn("grid_worker");
  await page.goto("/");
  await live(page);
  await main(page).getByRole("link", { name: /我的网格队伍/ }).click();
  await expect(page).toHaveURL(new RegExp(`/teams/${GRID}$`));
  await expect(cards(page).filter({ hasText: "演示·汤小禾" })).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("team-worker");

  await page.goto(`/teams/${GRID}?add=building_lead`);
  await live(page);
  const form = page.locator("#add");
  await expect(form.getByLabel("岗位")).toHaveValue("building_lead");
  await form.getByRole("textbox", { name: "姓名" }).fill("演示·新楼长");
  await form.getByRole("textbox", { name: "电话" }).fill("12");
  await form.getByLabel("从哪天起").fill("2090-01-01");
  await form.getByRole("button", { name: "登记" }).click();
  await expect(form.getByText(/电话应为 11 位手机号/).first()).toBeVisible();
  await expect(form.getByText(/不能晚于今天/).first()).toBeVisible();
  await expect(form.getByRole("textbox", { name: "姓名" })).toHaveValue("演示·新楼长");
  await axe(page);
  await shot("team-refused");
  await form.getByRole("textbox", { name: "电话" }).fill("15400099001");
  await form.getByLabel("从哪天起").fill("2026-02-01");
  await form.getByLabel("管什么").fill("7、8 幢");
  await form.getByRole("button", { name: "登记" }).click();
  await expect(main(page).getByText("已登记到队伍里。")).toBeVisible();
  const added = cards(page).filter({ hasText: "演示·新楼长" });
  await expect(added.getByRole("link", { name: "打电话给演示·新楼长" })).toHaveAttribute("href", "tel:15400099001");
  await expect(added).toContainText("7、8 幢");

  await added.getByText("更正，或不再担任").click();
  await added.getByLabel("管什么").fill("7、8、9 幢");
  await added.getByRole("button", { name: "保存" }).click();
  await expect(added).toContainText("7、8、9 幢");
  await page.reload();
  await live(page);
  await added.getByText("更正，或不再担任").click();
  await shot("team-changing");
  await added.getByLabel("不再担任，最后一天是").fill("2026-03-31");
  await added.getByRole("button", { name: "记下" }).click();
  await expect(added).toHaveCount(0);
  await page.goto(`/teams/${GRID}?on=2026-03-31`);
  await expect(cards(page).filter({ hasText: "演示·新楼长" })).toBeVisible();
  await expect(main(page).getByText(/只能看/)).toBeVisible();
});

test("gaps and double posts of a community are marked, counted and filtered", async ({ page, signIn, shot }) => {
  await signIn("secretary");
  await page.goto(`/teams/${COMMUNITY}`);
  await live(page);
  const tabs = main(page).getByRole("navigation", { name: "哪些网格" });
  await expect(tabs.getByRole("link", { name: /没有专职网格员 \d+/ })).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("team-overview");
  await tabs.getByRole("link", { name: /一人兼几个网格 2/ }).click();
  await expect(page).toHaveURL(/show=double/);
  await expect(main(page).getByText("还兼着 1 个")).toHaveCount(2);
  await shot("team-double");
  await tabs.getByRole("link", { name: /没有网格长/ }).click();
  await expect(page).toHaveURL(/show=no_lead/);
  const row = main(page).getByRole("row").filter({ hasText: "还没有人" }).first();
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("网格的队伍");
  const gap = cards(page).filter({ hasText: "还没有人" }).first();
  await expect(gap).toContainText("网格长一般由");
  await axe(page);
  await shot("team-gap");
  await gap.getByRole("link", { name: "登记网格长" }).click();
  await expect(page.locator("#add").getByLabel("岗位")).toHaveValue("grid_lead");
});

test("a handover is planned, told and withdrawn", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^422 .*\/api\/v1\/teams\/hand-over/);
  await signIn("secretary");
  await page.goto(`/teams/${GRID}`);
  await live(page);
  await cards(page).filter({ hasText: "演示·许念真" }).getByRole("link", { name: "交接" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("交接网格长：演示·许念真");
  await expect(main(page)).toContainText("演示·走一遍网格边界");
  await page.getByRole("button", { name: "确认交接" }).click();
  await expect(main(page).getByText("请选由谁来接。").first()).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("hand-over");
  // Not to oneself: whoever does it does not stand in the list.
  await expect(page.getByLabel("由谁来接").locator("option").filter({ hasText: "沈知行" })).toHaveCount(0);
  await choose(page, /邵一凡/);
  const later = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("从哪天起").fill(later);
  await page.getByRole("button", { name: "确认交接" }).click();
  await expect(main(page).getByText(/零点交接/)).toBeVisible();
  await shot("handover-planned");
  await page.getByRole("button", { name: "取消这次交接" }).click();
  await expect(main(page).getByText(/取消了，岗位没有变/)).toBeVisible();
});

test("a grid goes over with all that is open in it, and the receiver sees what came", async ({ browser, pair }, info) => {
  const context = await browser.newContext({ ...info.project.use, baseURL: pair[0].url, locale: "zh-CN" });
  const secretary = await context.newPage();
  await signInByCode(secretary, "secretary");
  await secretary.goto(`/teams/${GRID}`);
  await live(secretary);
  await cards(secretary).filter({ hasText: "演示·汤小禾" }).getByRole("link", { name: "交接" }).click();
  await expect(main(secretary)).toContainText("演示·检查 3 幢消防通道");
  await choose(secretary, /邵一凡/);
  await secretary.getByLabel("要交代的话").fill("钥匙在社区前台。");
  await secretary.getByRole("button", { name: "确认交接" }).click();
  await expect(main(secretary).getByText(/已经交接好了/)).toBeVisible();
  await secretary.goto(`/teams/${GRID}`);
  await expect(cards(secretary).filter({ hasText: "演示·邵一凡" })).toBeVisible();
  await expect(cards(secretary).filter({ hasText: "演示·汤小禾" })).toHaveCount(0);
  await context.close();

  const other = await browser.newContext({ ...info.project.use, baseURL: pair[0].url, locale: "zh-CN" });
  const receiver = await other.newPage();
  await signInByCode(receiver, "staff");
  await receiver.goto("/inbox");
  await live(receiver);
  await receiver.getByRole("link", { name: /由您接替演示·汤小禾/ }).click();
  await expect(receiver).toHaveURL(/\/handovers\//);
  await live(receiver);
  await expect(main(receiver)).toContainText("钥匙在社区前台。");
  await expect(main(receiver).getByRole("link", { name: /消防通道/ })).toBeVisible();
  await axe(receiver);
  await receiver.screenshot({ path: `screenshots/${info.project.name}/handover-received.png`, fullPage: true, animations: "disabled" });
  await main(receiver).getByRole("link", { name: /消防通道/ }).click();
  await expect(receiver.getByRole("heading", { level: 1 })).toContainText("消防通道");
  await other.close();
});
