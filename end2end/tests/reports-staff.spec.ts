// A matter's way through those who handle it: three people in three windows, each of whom sees at once what the others did.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";
import { COMMUNITY, GRID } from "../support/reports";

// Three people sign in and each step is a page anew.
test.describe.configure({ timeout: 120_000 });
const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const fold = (page: Page, name: RegExp) => main(page).locator("summary").filter({ hasText: name }).click();
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();

/** Reports something as a device does that kept it until now; the code of its page. */
async function send(page: Page, words: string): Promise<string> {
  return await page.evaluate(
    async ([node, said]) => {
      const body = new URLSearchParams({ key: crypto.randomUUID(), kind: "problem", category: "parking", node: node ?? "", words: said ?? "", open: "true" });
      const answer = await fetch("/api/v1/reports/send", { method: "POST", body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { code: string }).code;
    },
    [GRID, words],
  );
}

test("a matter is taken, passed on, handled, answered and rated, live", async ({ page, signIn, browser, server, signIns, shot }) => {
  const words = `三轮车长期占着地面车位 ${Date.now()}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [resident, property] = [await another(), await another()];
  await signIns.signIn(resident, "resident");
  await signIns.signIn(property, "property");

  await signIn("staff");
  await page.goto("/admin/reports");
  await live(page);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-work");

  await resident.goto("/");
  await live(resident);
  const code = await send(resident, words);
  await resident.goto(`/reports/${code}`);
  await live(resident);
  await expect(main(resident)).toContainText("等受理");

  // It comes without anybody asking for it.
  const row = main(page).getByRole("row").filter({ hasText: words });
  await expect(row).toBeVisible();
  await row.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/reports/${code}`));
  await expect(main(page)).toContainText(words);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-handling");
  await press(page, "受理");
  await expect(page).toHaveURL(/done=accept/);
  await live(page);
  await expect(main(resident)).toContainText("已受理");

  await main(page).locator("summary").filter({ hasText: /^派单$/ }).click();
  await main(page).getByRole("combobox", { name: /交给谁/ }).selectOption(`${COMMUNITY}:property`);
  await press(page, "派单");
  await expect(page).toHaveURL(/done=dispatch/);
  await live(page);
  await expect(main(resident)).toContainText("物业人员");

  // Who has it sees what is asked, not whose it is.
  await property.goto(`/reports/${code}`);
  await live(property);
  await expect(main(property)).toContainText(words);
  await expect(main(property).getByText(/看反映人的姓名和电话/)).toHaveCount(0);
  await press(property, "开始处置");
  await expect(property).toHaveURL(/done=begin/);
  await live(property);
  await main(property).getByRole("textbox", { name: /怎么办的，结果怎样/ }).fill("车已经挪走，车位划了线。");
  await press(property, "答复反映人");
  await expect(property).toHaveURL(/done=answer/);

  await expect(main(resident)).toContainText("车已经挪走，车位划了线。");
  await main(resident).getByRole("radio", { name: "满意", exact: true }).check();
  await press(resident, "评价");
  await expect(resident).toHaveURL(/done=rate/);
  await expect(main(page).getByText("办结", { exact: true }).first()).toBeVisible();
  await expect(main(page)).toContainText("车已经挪走，车位划了线。");
  await resident.context().close();
  await property.context().close();
});

test("a rule says what it would have done, and a category gets other words", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  // A unit is chosen first, on the same path.
  await page.goto("/admin/reports/routing");
  await live(page);
  await main(page).getByRole("list", { name: "您管的单位", exact: true }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\?node=320581/);
  await expect(main(page)).toContainText(/最近一个月/);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-routing");
  await page.goto("/admin/reports/categories");
  await live(page);
  await main(page).getByRole("link", { name: /^环境卫生/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("环境卫生");
  await expect(page.locator("#f-save-hygiene-labels-0-"), "a question is a field of the form").toBeAttached();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await page.getByRole("textbox", { name: /大家怎么说/ }).fill("垃圾、臭、狗粪");
  await main(page).getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/done=saved/);
  await expect(main(page)).toContainText("已保存");
  await shot("reports-categories");
});

test("two units have a part each, the lead answers last, and its reporter ends it", async ({ page, signIn, browser, server, signIns, shot }) => {
  const words = `楼道堆物和乱停的电动车 ${Date.now()}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [resident, property, society] = [await another(), await another(), await another()];
  await signIns.signIn(resident, "resident");
  await signIns.signIn(property, "property");
  await signIns.signIn(society, "social_org");
  await resident.goto("/");
  await live(resident);
  const code = await send(resident, words);

  await signIn("staff");
  await page.goto(`/reports/${code}`);
  await live(page);
  await press(page, "受理");
  await expect(page).toHaveURL(/done=accept/);
  await live(page);
  await fold(page, /^派单$/);
  await main(page).getByRole("combobox", { name: /交给谁/ }).selectOption(`${COMMUNITY}:staff`);
  await press(page, "派单");
  await expect(page).toHaveURL(/done=dispatch/);
  for (const [role, name] of [["property", "物业人员"], ["social_org", "社会组织人员"]]) {
    await live(page);
    await fold(page, /^请别的单位一起办$/);
    await main(page).getByRole("combobox", { name: /请谁协办/ }).selectOption(`${COMMUNITY}:${role}`);
    await main(page).getByRole("textbox", { name: /^几个工作日办好/ }).fill("3");
    await main(page).getByRole("textbox", { name: /^请他们办哪一部分/ }).fill("清走堆物");
    await press(page, "请协办");
    await expect(main(page).locator("b").filter({ hasText: `（${name}）` }).first()).toBeVisible();
  }
  await live(page);
  await press(page, "开始处置");
  await expect(page).toHaveURL(/done=begin/);
  await live(page);
  await expect(main(page).getByRole("button", { name: "答复反映人", exact: true })).toHaveCount(0);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-parts");

  await property.goto(`/reports/${code}`);
  await live(property);
  await main(property).getByRole("textbox", { name: "怎么办的", exact: true }).fill("清走了。");
  await press(property, "这一部分办完了");
  await expect(property).toHaveURL(/done=part_done/);
  await society.goto(`/reports/${code}`);
  await live(society);
  await fold(society, /^这一部分不该我们办$/);
  await main(society).getByRole("textbox", { name: /^为什么退/ }).fill("没有我们的东西。");
  await press(society, "要求退回");
  await expect(society).toHaveURL(/done=part_return/);

  // Both are told here at once; only what is to be given back is left.
  await expect(main(page).getByText("要求退回", { exact: true }).first()).toBeVisible();
  await fold(page, /^不用他们办了$/);
  await main(page).getByRole("textbox", { name: /^为什么不用办了/ }).fill("确实没有。");
  await press(page, "免除协办");
  await expect(page).toHaveURL(/done=part_release/);
  await live(page);
  await main(page).getByRole("textbox", { name: /怎么办的，结果怎样/ }).fill("楼道清空了。");
  await press(page, "答复反映人");
  await expect(page).toHaveURL(/done=answer/);
  await live(page);
  await resident.goto(`/reports/${code}`);
  await live(resident);
  await expect(main(resident)).toContainText("楼道清空了。");
  await main(resident).getByRole("radio", { name: "基本满意", exact: true }).check();
  await press(resident, "评价");
  await expect(resident).toHaveURL(/done=rate/);
  await expect(main(page).getByText("办结", { exact: true }).first()).toBeVisible();
  for (const one of [resident, property, society]) await one.context().close();
});

test("many at once, a kept filter, a standard answer, and a work order", async ({ page, signIn, browser, server, signIns, shot }) => {
  const stamp = Date.now();
  const [first, second, answer] = [`车位被占 甲${stamp}`, `车位被占 乙${stamp}`, `已劝离并划线 ${stamp}。`];
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [resident, worker] = [await another(), await another()];
  await signIns.signIn(resident, "resident");
  await signIns.signIn(worker, "grid_worker");
  await resident.goto("/");
  await live(resident);
  const code = await send(resident, first);
  await send(resident, second);

  await signIn("secretary");
  await page.goto(`/admin/reports/answers?node=${COMMUNITY}`);
  await live(page);
  await main(page).getByRole("textbox", { name: /^名称/ }).fill(`占位${stamp}`);
  await main(page).getByRole("textbox", { name: /^答复的内容/ }).fill(answer);
  await press(page, "保存");
  await expect(page).toHaveURL(/done=saved/);
  await axe(page);
  await shot("reports-answers");

  await page.goto("/admin/reports?category=parking&state=reported");
  await live(page);
  for (const words of [first, second]) await main(page).getByRole("row").filter({ hasText: words }).getByRole("checkbox").check();
  await main(page).getByRole("combobox", { name: /^怎么办/ }).selectOption("accept");
  await press(page, "一起办");
  const outcomes = main(page).getByRole("list", { name: "每一件的结果", exact: true }).getByRole("listitem");
  await expect(outcomes).toHaveCount(2);
  await expect(outcomes.filter({ hasText: "办好了" })).toHaveCount(2);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-many");
  await fold(page, /^存下筛选$/);
  await main(page).getByRole("textbox", { name: /^给现在的筛选起个名字/ }).fill(`停车${stamp}`);
  await press(page, "存下");
  await expect(main(page).getByRole("navigation", { name: "存下的筛选", exact: true }).getByRole("link", { name: `停车${stamp}`, exact: true })).toBeVisible();

  await worker.goto(`/reports/${code}`);
  await live(worker);
  await press(worker, "开始处置");
  await expect(worker).toHaveURL(/done=begin/);
  await live(worker);
  await main(worker).getByRole("combobox", { name: /^标准答复/ }).selectOption({ label: `占位${stamp}` });
  await expect(main(worker).getByRole("textbox", { name: /怎么办的，结果怎样/ })).toHaveValue(answer);
  await press(worker, "答复反映人");
  await expect(worker).toHaveURL(/done=answer/);

  await page.goto(`/reports/${code}/print`);
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("工作单");
  await expect(main(page)).toContainText(first);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await page.emulateMedia({ media: "print" });
  await expect(main(page).getByRole("button", { name: "打印", exact: true })).toBeHidden();
  await shot("reports-print");
  await resident.context().close();
  await worker.context().close();
});

test("a grid worker who is related to somebody in it steps aside, and finds the matter no more", async ({ page, signIn, browser, server, signIns }) => {
  const words = `楼上漏水 ${Date.now()}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [resident, worker] = [await another(), await another()];
  await signIns.signIn(resident, "resident");
  await signIns.signIn(worker, "grid_worker");
  await resident.goto("/");
  await live(resident);
  const code = await send(resident, words);
  await worker.goto(`/reports/${code}`);
  await live(worker);
  await fold(worker, /^回避/);
  await main(worker).getByRole("textbox", { name: /^什么关系/ }).fill("反映人是我的表姐。");
  await press(worker, "回避");
  await expect(worker).toHaveURL(/\/reports\?done=recuse/);
  await expect(main(worker)).toContainText("已回避");
  expect((await worker.goto(`/reports/${code}`))?.status()).toBe(404);
  await signIn("secretary");
  await page.goto(`/reports/${code}`);
  await live(page);
  await expect(main(page)).toContainText("回避的人：");
  await expect(main(page).getByRole("definition").filter({ hasText: "网格长" }).first()).toBeVisible();
  await resident.goto(`/reports/${code}`);
  await expect(main(resident)).not.toContainText("表姐");
  await resident.context().close();
  await worker.context().close();
});

test("one matter goes into another, and its page leads there", async ({ page, signIn, browser, server, signIns }) => {
  const said = `同一件事说了两次 ${Date.now()}`;
  const resident = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(resident, "resident");
  await resident.goto("/");
  await live(resident);
  const [first, second] = [await send(resident, said), await send(resident, said)];
  await signIn("staff");
  await page.goto(`/reports/${first}`);
  await live(page);
  const number = await page.getByText(/^\d{12}-\d{4}-\d{4,}$/).first().innerText();
  await page.goto(`/reports/${second}`);
  await live(page);
  await fold(page, /^和另一件是同一件事$/);
  await main(page).getByRole("textbox", { name: /^并入哪一件/ }).fill(number);
  await press(page, "合并");
  await expect(page).toHaveURL(/done=merge/);
  await resident.goto(`/reports/${second}`);
  await live(resident);
  await main(resident).getByRole("link", { name: number, exact: true }).click();
  await expect(resident).toHaveURL(new RegExp(`/reports/${first}`));
  await resident.context().close();
});
