// Rules of routing: tried on last month's matters before they are kept, with a person whom they name.

import { axe, expect, live, test } from "../fixtures";

const COMMUNITY = "320581001001";

test("a rule is tried on last month's matters, names a person, is kept and taken away", async ({ page, signIn, shot }) => {
  const word = `试派${Date.now()}`;
  const main = page.locator("main");
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const choose = async () => {
    await main.getByRole("combobox", { name: /由谁承办/ }).selectOption("staff");
    await main.getByRole("textbox", { name: /在哪个单位/ }).fill(COMMUNITY);
  };
  await signIn("district_admin");
  await page.goto("/admin/reports/routing?node=320581");
  await live(page);
  await main.getByRole("link", { name: /看每一件会派给谁/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("试一试");
  await live(page);
  await expect(main.getByRole("table").getByRole("row").nth(1)).toBeVisible();
  await axe(page);
  expect(await sideways()).toBe(0);

  // Nobody is called so: it is said beside the field, and what was typed stays.
  await choose();
  await main.getByRole("textbox", { name: /指定到人/ }).fill("查无此人");
  await main.getByRole("button", { name: "试一试", exact: true }).click();
  await expect(page).toHaveURL(/person=/);
  await live(page);
  await expect(main).toContainText("没有找到担任这个岗位的人");
  await expect(main.getByRole("textbox", { name: /指定到人/ })).toHaveValue("查无此人");

  await main.getByRole("textbox", { name: /指定到人/ }).fill("演示·邵一凡");
  await main.getByRole("button", { name: "试一试", exact: true }).click();
  await expect(main.getByRole("link", { name: "这条规则接的", exact: true })).toBeVisible();
  await live(page);
  await main.getByRole("link", { name: "这条规则接的", exact: true }).click();
  await expect(page).toHaveURL(/only=rule/);
  await expect(main.getByRole("table").getByRole("row").nth(1)).toContainText("演示·邵一凡");
  await shot("reports-routing-try");
  await main.getByRole("link", { name: "没有规则接的", exact: true }).click();
  await expect(page).toHaveURL(/only=none/);
  await expect(main).toContainText("没有这样的事");

  // Kept as it was tried: with a word that nobody writes, so that nothing else goes another way.
  await main.getByRole("textbox", { name: /写到这些词之一/ }).fill(word);
  await main.getByRole("button", { name: "试一试", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(encodeURIComponent(word)));
  await live(page);
  await main.getByRole("button", { name: "就这样保存", exact: true }).click();
  await expect(page).toHaveURL(/done=saved/);
  await live(page);
  const rule = main.locator("section.card").filter({ hasText: word });
  await expect(rule).toContainText("演示·邵一凡");
  await rule.locator("summary").filter({ hasText: /^删掉$/ }).click();
  await rule.getByRole("button", { name: "删掉这条规则", exact: true }).click();
  await expect(page).toHaveURL(/done=removed/);
  await expect(main.locator("section.card").filter({ hasText: word })).toHaveCount(0);
});

test("a town shortens the time for what is urgent, and takes that back", async ({ page, signIn, watched }) => {
  watched.allow(/^422 .*\/reports\/limits\/add/);
  const main = page.locator("main");
  await signIn("town_admin");
  await page.goto("/admin/reports");
  await live(page);
  await main.getByRole("link", { name: "办理时限", exact: true }).click();
  await main.getByRole("list", { name: "您管的单位", exact: true }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\?node=/);
  await live(page);
  await axe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  const add = async (hours: string) => {
    await main.getByRole("combobox", { name: /哪一类/ }).selectOption("hygiene");
    await main.getByRole("combobox", { name: /是什么/ }).selectOption("praise");
    await main.getByRole("combobox", { name: /急缓/ }).selectOption("urgent");
    await main.getByRole("textbox", { name: /多久/ }).fill(hours);
    await main.getByRole("button", { name: "保存", exact: true }).click();
  };
  await add("48");
  await expect(main.getByText(/请填 1 小时到 23 小时之间的整数/).first()).toBeVisible();
  await add("20");
  await expect(page).toHaveURL(/done=added/);
  await live(page);
  const limit = main.locator("section.card").filter({ hasText: "表扬，急：20 小时" });
  await expect(limit).toBeVisible();
  await limit.locator("summary").click();
  await limit.getByRole("button", { name: "去掉这一条", exact: true }).click();
  await expect(page).toHaveURL(/done=removed/);
  await expect(limit).toHaveCount(0);
});
