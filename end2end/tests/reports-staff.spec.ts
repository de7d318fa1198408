// A matter's way through those who handle it: three people in three windows, each of whom sees at once what the others did.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const GRID = "320581001001001";
const COMMUNITY = "320581001001";
const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
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

test("a rule says what it would have done, and a category is closed and opened", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  await page.goto("/admin/reports/routing?node=320581");
  await live(page);
  await expect(main(page)).toContainText(/最近一个月/);
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-routing");
  await page.goto("/admin/reports/categories");
  await live(page);
  await main(page).getByRole("link", { name: /^环境卫生/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("环境卫生");
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await page.getByRole("textbox", { name: /大家怎么说/ }).fill("垃圾、臭、狗粪");
  await main(page).getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/done=saved/);
  await expect(main(page)).toContainText("已保存");
  await shot("reports-categories");
});
