// Tasks, the working calendar and working hours, as those who have them and those who set them see them.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const COMMUNITY = "320581001001";
const main = (page: Page) => page.locator("main");
const rows = (page: Page) => main(page).getByRole("listitem").getByRole("link");
/** Turns pages until a task stands there: other tests of this worker leave tasks behind, which are due before it. */
async function turnTo(page: Page, title: string): Promise<void> {
  await expect(rows(page).first()).toBeVisible();
  while ((await rows(page).filter({ hasText: title }).count()) === 0) {
    await page.goto((await main(page).locator('a[rel="next"]').getAttribute("href")) ?? "");
    await expect(rows(page).first()).toBeVisible();
  }
}
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("a grid worker's tasks: overdue first and in words, down to one that is done", async ({ page, signIn, shot }) => {
  await signIn("grid_worker");
  await page.goto("/");
  await live(page);
  const card = main(page).locator("#tasks-today");
  await expect(card).toContainText(/超期 \d+ 件/);
  await card.getByRole("link", { name: "全部" }).click();
  await expect(page).toHaveURL(/\/tasks$/);
  await expect(rows(page).first()).toContainText("消防通道");
  // Told by a word, not by its colour alone.
  await expect(rows(page).first()).toContainText(/超期 \d+ /);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("tasks");
  await turnTo(page, "年后复查燃气软管");
  await expect(rows(page).filter({ hasText: "年后复查燃气软管" })).toContainText("待核");
  await page.goto("/tasks");
  await live(page);

  await rows(page).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("消防通道");
  await expect(main(page)).toContainText("1 个工作日");
  await expect(main(page)).toContainText("专职网格员");
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("task-overdue");

  await page.getByRole("textbox", { name: /办得怎么样/ }).fill("杂物已经清走。");
  await page.getByRole("button", { name: "办结" }).click();
  await expect(main(page).getByText("已办结。")).toBeVisible();
  await expect(main(page)).toContainText("杂物已经清走。");
  await expect(page.getByRole("button", { name: "办结" })).toHaveCount(0);
  await page.reload();
  await expect(main(page)).toContainText("杂物已经清走。");
  await page.goto("/tasks?view=done");
  await live(page);
  await expect(rows(page).first()).toContainText("消防通道");
  await shot("tasks-done");
});

test("by keyboard: a task is opened and done without a mouse", async ({ page, signIn }) => {
  await signIn("grid_worker");
  await page.goto("/tasks");
  await turnTo(page, "核对楼道信息");
  await live(page);
  const wanted = rows(page).filter({ hasText: "核对楼道信息" });
  await wanted.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("核对楼道信息");
  await page.getByRole("textbox", { name: /办得怎么样/ }).focus();
  await page.keyboard.type("核对好了");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "办结" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(main(page).getByText("已办结。")).toBeVisible();
});

test("a superior stops the clock with a reason, and the worker sees it at once", async ({ page, signIn, browser, server, signIns, watched, shot }) => {
  watched.allow(/^422 .*\/api\/v1\/tasks\/pause/);
  const worker = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(worker, "grid_worker");
  await worker.goto("/tasks");
  await turnTo(worker, "年后复查燃气软管");
  await live(worker);
  await expect(main(worker).getByText("年后复查燃气软管")).toBeVisible();

  await signIn("grid_lead");
  await page.goto("/tasks?view=unit");
  await turnTo(page, "年后复查燃气软管");
  await live(page);
  await main(page).getByRole("link", { name: /年后复查燃气软管/ }).click();
  await expect(main(page)).toContainText("期限待核");
  await page.locator("summary", { hasText: "挂起" }).click();
  await axe(page);
  await page.getByRole("button", { name: "挂起" }).click();
  await expect(main(page).getByText("请写明原因。").first()).toBeVisible();
  await shot("task-pause-refused");
  await page.getByRole("textbox", { name: /为什么要停/ }).fill("等燃气公司定日子。");
  await page.getByRole("button", { name: "挂起" }).click();
  await expect(main(page).getByText(/已挂起/)).toBeVisible();

  await expect(main(worker).getByText("年后复查燃气软管")).toHaveCount(0);
  await worker.goto("/tasks?view=paused");
  await expect(main(worker).getByText("年后复查燃气软管")).toBeVisible();
  await worker.context().close();

  await page.getByRole("button", { name: "恢复计时" }).click();
  await expect(main(page).getByText(/已恢复/)).toBeVisible();
  await expect(main(page)).toContainText("等燃气公司定日子。");
});

test("a year is looked at before it is loaded, and provisional deadlines settle", async ({ page, signIn, shot }) => {
  await signIn("system_admin");
  await page.goto("/admin/calendar");
  await live(page);
  await expect(main(page)).toContainText(/有 \d+ 件在办的事，期限待核/);
  await expect(main(page).getByRole("rowheader", { name: "2026 年", exact: true })).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("calendar");

  const send = async (text: string) => {
    await page.goto("/admin/calendar");
    await page.getByLabel("日历文件").setInputFiles({ name: "2027.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("textbox", { name: /依据/ }).fill("演示用的 2027 年安排");
    await page.getByRole("button", { name: /看看会有哪些变化/ }).click();
    await expect(page).toHaveURL(/\?id=/);
    await live(page);
  };
  await send("日期,类型,名称\n2027-01-01,放假,元旦\n2027-13-01,放假,元旦\n");
  await expect(main(page)).toContainText("什么也没有导入");
  await expect(main(page)).toContainText("第 3 行");
  await axe(page);
  await shot("calendar-faults");

  const days = ["2026-12-31,放假,元旦", "2027-01-01,放假,元旦", ...[5, 8, 9, 10, 11, 12].map((day) => `2027-02-${String(day).padStart(2, "0")},放假,春节`), "2027-10-01,放假,国庆节"];
  await send(`日期,类型,名称\n${days.join("\n")}\n`);
  await expect(main(page)).toContainText("期限会变");
  await expect(main(page).getByRole("row", { name: /2027 年 1 月 1 日/ })).toContainText("元旦放假");
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("calendar-preview");
  await page.getByRole("button", { name: "导入" }).click();
  await expect(main(page)).toContainText(/已在 .* 导入/);
  await expect
    .poll(async () => {
      await page.goto("/admin/calendar");
      return main(page).innerText();
    }, { timeout: 20_000 })
    .toContain("没有待核的期限");
});

test("hours that are none are refused beside their day, and what was typed stays", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^422 .*\/api\/v1\/tasks\/hours/);
  await signIn("secretary");
  await page.goto("/admin/hours");
  await live(page);
  await main(page).getByRole("link", { name: /花园浜|甬江/ }).first().click();
  await expect(page).toHaveURL(new RegExp(`/admin/hours/${COMMUNITY}`));
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("hours");
  const tuesday = page.getByRole("textbox", { name: "周二" });
  await tuesday.fill("九点到五点");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator("#f-week-d2-error")).toContainText("请写成");
  await expect(tuesday).toHaveValue("九点到五点");
  await axe(page);
  await shot("hours-refused");
  await tuesday.fill("8:00-12:00，14：00～18：00");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
  await expect(main(page).locator("dl")).toContainText("08:00-12:00, 14:00-18:00");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("tasks are read and done, and a day gets hours of its own", async ({ page, signIn }) => {
    await signIn("staff");
    await page.goto("/tasks");
    await turnTo(page, "居务公开栏");
    await rows(page).filter({ hasText: "居务公开栏" }).click();
    await page.getByRole("textbox", { name: /办得怎么样/ }).fill("贴好了");
    await page.getByRole("button", { name: "办结" }).click();
    await expect(main(page)).toContainText("已办结。");
    await expect(main(page)).toContainText("贴好了");
  });

  test("hours are set as a page", async ({ page, signIn, watched }) => {
    watched.allow(/^422 /);
    await signIn("secretary");
    await page.goto(`/admin/hours/${COMMUNITY}`);
    const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
    await page.getByLabel("哪天", { exact: true }).fill(tomorrow);
    await page.getByRole("textbox", { name: "那天的时间" }).fill("休息");
    await page.getByRole("textbox", { name: "原因" }).fill("停电检修");
    await page.getByRole("button", { name: "加上" }).click();
    await expect(main(page)).toContainText("停电检修");
    await page.getByRole("button", { name: /取消/ }).click();
    await expect(main(page)).not.toContainText("停电检修");
  });

  test("a calendar file without anything in it is refused beside its field, and what was typed stays", async ({ page, signIn }) => {
    await signIn("system_admin");
    await page.goto("/admin/calendar");
    const source = page.getByRole("textbox", { name: /^依据/ });
    await source.fill("演示用的通知");
    await page.getByLabel("日历文件").setInputFiles({ name: "2027.csv", mimeType: "text/csv", buffer: Buffer.from("") });
    await page.getByRole("button", { name: "看看会有哪些变化" }).click();
    await expect(page.locator("#f-calendar-file-error")).toContainText("没有收到文件");
    await expect(source).toHaveValue("演示用的通知");
  });
});

test("who is not concerned is not shown it", async ({ page, signIn, browser, server, signIns, watched }) => {
  watched.allow(/^(401|403|404) /);
  const worker = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(worker, "grid_worker");
  await worker.goto("/tasks?view=paused");
  const href = await rows(worker).first().getAttribute("href");
  await worker.context().close();
  expect((await page.goto("/tasks"))?.status()).toBe(401);
  await signIn("resident");
  expect((await page.goto("/tasks"))?.status()).toBe(200);
  await expect(main(page)).toContainText("现在没有要办的事");
  expect((await page.goto(href ?? ""))?.status()).toBe(404);
  for (const path of ["/admin/calendar", "/admin/hours", `/admin/hours/${COMMUNITY}`]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("没有这个权限");
  }
});
