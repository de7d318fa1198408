// The inbox: what somebody is told, read and unread, live, without script, and what comes beside it, and when.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

/** As the design promises, from the answer to one person to the page of another. */
const WITHIN_MS = 1000;

const main = (page: Page) => page.locator("main");
const rows = (page: Page) => main(page).locator("ul.notices > li");
const place = (page: Page) => page.getByRole("navigation", { name: "主要去处" }).getByRole("link", { name: /^消息/ });
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The number beside the inbox's place in the bar. */
async function unread(page: Page): Promise<number> {
  const name = (await place(page).innerText()).replaceAll(/\s+/g, " ");
  return Number(/(\d+)/.exec(name)?.[1] ?? 0);
}

test("a resident's inbox: today and earlier, opened, marked, and all of it read", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/");
  await live(page);
  await expect(main(page).locator("#notices-unread")).toContainText(/有 \d+ 条没看/);
  await expect(main(page).getByRole("list", { name: "最新的消息" }).getByRole("link")).toHaveCount(2);
  const before = await unread(page);
  expect(before).toBeGreaterThanOrEqual(4);
  await shot("home-with-notices");
  await place(page).click();
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page.getByRole("heading", { name: "今天" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "更早" })).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("inbox");

  await page.evaluate(() => void ((window as unknown as { stayed: boolean }).stayed = true));
  const acted = rows(page).filter({ hasText: "开始替您办事" });
  await expect(acted.getByText("未读")).toBeVisible();
  await acted.getByRole("button", { name: "标为已读" }).click();
  await expect(acted.getByText("未读")).toHaveCount(0);
  await expect(acted.getByRole("button")).toHaveCount(0);
  await expect.poll(() => unread(page)).toBe(before - 1);

  // Pressed, it leads to what it is about, and counts as read. Another look may have been told since: the oldest is the demonstration's.
  const looked = rows(page).filter({ hasText: "上门走访" }).last();
  await looked.getByRole("link").click();
  await expect(page).toHaveURL(/\/me\/data$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("我的信息");
  await expect.poll(() => unread(page)).toBe(before - 2);
  await page.goBack();
  await expect(looked.getByText("未读")).toHaveCount(0);
  expect(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed), "no page was loaded anew").toBe(true);

  await page.getByRole("link", { name: "未读", exact: true }).click();
  await expect(rows(page)).toHaveCount(before - 2);
  await page.getByRole("button", { name: "全部标为已读" }).click();
  await expect(main(page)).toContainText("新的消息会出现在这里");
  await expect.poll(() => unread(page)).toBe(0);
  await expect(place(page)).toHaveText("消息");
  await axe(page);
  await shot("inbox-all-read");
  await page.reload();
  await expect(main(page)).toContainText("新的消息会出现在这里");
  await expect(place(page)).toHaveText("消息");
  await page.goto("/inbox?view=open");
  await expect(main(page)).toContainText("没有要办的");
});

test("what happens elsewhere arrives within a second, and takes nobody's place", async ({ page, signIn, browser, server, signIns }) => {
  const worker = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(worker, "grid_worker");
  await worker.goto("/inbox?view=open");
  await live(worker);
  const asked = rows(worker).filter({ hasText: "看望独居老人" });
  await expect(asked.getByText("紧急")).toBeVisible();
  await worker.goto("/inbox");
  await live(worker);
  // By its id: it is the first no longer once something comes.
  const id = await rows(worker).first().getByRole("link").getAttribute("id");
  const held = worker.locator(`#${id}`);
  await held.focus();
  await worker.evaluate(() => void ((window as unknown as { stayed: boolean }).stayed = true));
  const told = rows(worker).filter({ hasText: "看望独居老人：不用办了" });
  await expect(told).toHaveCount(0);

  await signIn("grid_lead");
  await page.goto("/tasks?view=unit");
  await live(page);
  await main(page).getByRole("link", { name: /看望独居老人/ }).click();
  await page.locator("summary", { hasText: "不用办了" }).click();
  await page.getByRole("textbox", { name: /为什么不用办/ }).fill("女儿回来了。");
  const answer = page.waitForResponse((response) => response.url().includes("/api/v1/tasks/cancel"));
  await page.getByRole("button", { name: "不用办了" }).click();
  await (await answer).finished();
  await expect(told).toBeVisible({ timeout: WITHIN_MS });
  await expect(told.getByText("未读")).toBeVisible();
  await expect(held).toBeFocused();
  expect(await worker.evaluate(() => (window as unknown as { stayed?: boolean }).stayed)).toBe(true);
  // What it asked for is over with the matter.
  await worker.goto("/inbox?view=open");
  await expect(rows(worker).first()).toBeVisible();
  await expect(rows(worker).filter({ hasText: "看望独居老人" })).toHaveCount(0);
  await worker.context().close();
});

test("what is urgent says so in a word, and leads to its task", async ({ page, signIn, shot }) => {
  await signIn("secretary");
  await page.goto("/inbox");
  await live(page);
  const late = rows(page).filter({ hasText: "检查 3 幢消防通道：超期 2 个工作日，升级到社区书记" });
  await expect(late.getByText("紧急")).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("inbox-urgent");
  await late.getByRole("link").click();
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("消防通道");
});

test("by keyboard: a notice is marked without being opened, and the focus stays on it", async ({ page, signIn }) => {
  await signIn("staff");
  await page.goto("/inbox");
  await live(page);
  const row = rows(page).filter({ has: page.getByRole("button") }).first();
  const link = row.getByRole("link");
  const id = await link.getAttribute("id");
  await link.focus();
  await page.keyboard.press("Tab");
  await expect(row.getByRole("button", { name: "标为已读" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator(`#${id}`)).toBeFocused();
  await expect(page.locator(`#${id}`).getByText("未读")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/\/inbox/);
});

test("长辈版: the home page leads there, and the number stands on 我的", async ({ page, signIn, shot }) => {
  await signIn("grid_worker");
  await page.goto("/appearance?size=large&back=/inbox");
  await live(page);
  await expect(page.locator("html")).toHaveClass(/large/);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("inbox-large");
  await page.goto("/");
  await expect(page.getByRole("link", { name: /^我的.*\d+ ?条未读/ })).toBeVisible();
  await shot("home-large-with-notices");
  await main(page).locator("#notices-unread").getByRole("link", { name: "全部消息" }).click();
  await expect(page).toHaveURL(/\/inbox$/);
  await page.goto("/me");
  await expect(main(page).getByRole("link", { name: /^提醒设置/ })).toBeVisible();
});

test("short messages are chosen by topic", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^401 /);
  expect((await page.goto("/me/notices"))?.status()).toBe(401);
  await signIn("secretary");
  await page.goto("/me/notices");
  await live(page);
  await expect(main(page)).toContainText("139****0006");
  const texts = page.locator("#form-choices");
  await expect(texts.getByRole("checkbox", { name: /超期升级/ })).toBeChecked();
  const due = texts.getByRole("checkbox", { name: /到期提醒/ });
  await expect(due).not.toBeChecked();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("notice-choices");
  await due.check();
  await texts.getByRole("checkbox", { name: /超期升级/ }).uncheck();
  await page.getByRole("button", { name: "保存短信的选择" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
  await page.goto("/me/notices");
  await expect(due).toBeChecked();
  await expect(texts.getByRole("checkbox", { name: /超期升级/ })).not.toBeChecked();
});

test("when one is told is chosen: quiet hours, one message a day, and what does not fit is said beside the field", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^422 /);
  await signIn("resident");
  await page.goto("/me/notices");
  await live(page);
  const [quiet, from, to, digest] = [
    page.getByRole("checkbox", { name: /夜里不打扰/ }),
    page.getByRole("combobox", { name: "从几点起" }),
    page.getByRole("combobox", { name: "到几点为止" }),
    page.getByRole("combobox", { name: "不急的消息" }),
  ];
  await expect(quiet).toBeChecked();
  await expect(from).toHaveValue("22");
  await expect(to).toHaveValue("7");
  await expect(digest).toHaveValue("off");
  await digest.selectOption("23");
  await page.getByRole("button", { name: "保存时间" }).click();
  await expect(digest).toHaveAccessibleDescription(/在不打扰的时段里/);
  await axe(page);
  await shot("notice-times-refused");
  await from.selectOption("21");
  await digest.selectOption("18");
  await page.getByRole("button", { name: "保存时间" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
  await page.goto("/me/notices");
  await expect(from).toHaveValue("21");
  await expect(digest).toHaveValue("18");
  expect(await sideways(page)).toBe(0);
  // As it was, for whoever comes next.
  await from.selectOption("22");
  await digest.selectOption("off");
  await page.getByRole("button", { name: "保存时间" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
});

test("notices on the device's screen: what comes so is chosen, and the page says how the device stands", async ({ page, signIn, shot }) => {
  await signIn("grid_lead");
  await page.goto("/me/notices");
  await live(page);
  await expect(page.getByRole("heading", { name: "手机通知" })).toBeVisible();
  // A browser under test may or may not have such a thing; turned on it is not.
  await expect(main(page).getByRole("status").filter({ hasText: "这台设备：" })).toBeVisible();
  await expect(page.getByRole("button", { name: "在这台设备上关掉" })).toHaveCount(0);
  const pushed = page.locator("#form-pushed");
  const late = pushed.getByRole("checkbox", { name: /超期升级/ });
  await expect(late).toBeChecked();
  await late.uncheck();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("notice-pushes");
  await page.getByRole("button", { name: "保存通知的选择" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
  await page.goto("/me/notices");
  await expect(late).not.toBeChecked();
  // Short messages are chosen apart.
  await expect(page.locator("#form-choices").getByRole("checkbox", { name: /超期升级/ })).toBeChecked();
  await late.check();
  await page.getByRole("button", { name: "保存通知的选择" }).click();
  await expect(main(page).getByText(/已保存/)).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("notices are read, marked and opened by forms and links", async ({ page, signIn, shot }) => {
    await signIn("secretary");
    await page.goto("/inbox");
    const before = await unread(page);
    expect(before).toBeGreaterThanOrEqual(2);
    await shot("inbox-plain");
    await rows(page).filter({ hasText: "没有用过的设备" }).first().getByRole("button", { name: "标为已读" }).click();
    await expect(page).toHaveURL(/\/inbox$/);
    expect(await unread(page)).toBe(before - 1);
    await rows(page).filter({ hasText: "居民小组的提议" }).first().getByRole("link").click();
    await expect(page).toHaveURL(/\/tasks\//);
    expect(await unread(page)).toBe(before - 2);
    await page.goto("/inbox?view=unread");
    if (before > 2) {
      await page.getByRole("button", { name: "全部标为已读" }).click();
      await expect(page).toHaveURL(/\/inbox\?view=unread$/);
    }
    await expect(main(page)).toContainText("都看过了");
    await expect(place(page)).toHaveText("消息");
  });
});

test("nobody else's inbox is shown", async ({ page, signIn, browser, server, signIns, watched }) => {
  watched.allow(/^(401|404) /);
  const worker = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(worker, "grid_worker");
  await worker.goto("/inbox");
  const href = await rows(worker).first().getByRole("link").getAttribute("href");
  await worker.context().close();
  expect((await page.goto("/inbox"))?.status()).toBe(401);
  await expect(place(page)).toHaveCount(0);
  await signIn("supervisor");
  expect((await page.goto(href ?? ""))?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("没有这条消息");
  expect((await page.goto("/inbox"))?.status()).toBe(200);
  await expect(main(page)).toContainText("还没有消息");
  await axe(page);
});
