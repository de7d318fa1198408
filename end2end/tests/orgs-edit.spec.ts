// Editing a unit: bodies with their terms, posts, names; and what is refused.

import type { Page } from "@playwright/test";
import { axe, expect, forget, live, test } from "../fixtures";

const NODE = "320581001005";
const EDIT = `/orgs/${NODE}/edit`;
/** The card of an entry, by its heading. */
const card = (page: Page, title: string) => page.locator("section.card, .card").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

async function edit(page: Page): Promise<void> {
  await page.goto(EDIT);
  await live(page);
}

test("a body with its term, and a post that is filled and ended", async ({ page, signIn, shot, watched }) => {
  watched.allow(/^422 .*\/orgs\/term\/save$/);
  await signIn("district_admin");
  await edit(page);
  const adding = card(page, "添加组织");
  await adding.getByLabel("类别").selectOption({ label: "居（村）委会" });
  await adding.getByLabel("名称").fill("清和坊社区居民委员会");
  await adding.getByLabel("开始日期").fill("2021-01-01");
  await adding.getByRole("button", { name: "保存" }).click();
  const body = card(page, "清和坊社区居民委员会");
  await expect(body).toBeVisible();
  // The form stands ready for another: a second press adds nothing.
  await expect(adding.getByLabel("名称")).toHaveValue("");

  await body.locator("summary", { hasText: "添加届次" }).click();
  const term = body.locator("details", { hasText: "添加届次" });
  await term.getByRole("button", { name: "保存" }).click();
  // What is missing is said beside its field.
  await expect(term.getByText("请填第几届，1 到 999。").last()).toBeVisible();
  await term.getByLabel("第几届").fill("12");
  await term.getByLabel("开始日期").fill("2021-02-01");
  await term.getByLabel("结束日期").fill("2020-02-01");
  await term.getByRole("button", { name: "保存" }).click();
  await expect(term.getByText("结束日期不能早于开始日期。").last()).toBeVisible();
  await expect(term.getByLabel("第几届")).toHaveValue("12");
  await term.getByLabel("结束日期").fill("");
  await term.getByRole("button", { name: "保存" }).click();
  await expect(body.locator("summary", { hasText: "第 12 届" })).toBeVisible();

  await body.locator("summary", { hasText: "添加任职" }).click();
  const post = body.locator("details", { hasText: "添加任职" });
  await post.getByLabel("职务").fill("主任");
  await post.getByLabel("姓名").fill("演示人员");
  await post.getByLabel("届次").selectOption({ label: "第 12 届" });
  await post.getByLabel("开始日期").fill("2021-02-01");
  await post.getByRole("button", { name: "保存" }).click();
  const held = body.locator("details", { has: page.locator("summary", { hasText: "主任 演示人员" }) });
  await expect(held).toBeVisible();
  await axe(page);
  await shot("org-edit");

  await page.goto(`/orgs/${NODE}`);
  await live(page);
  await expect(page.locator("main").getByText("演示人员").first()).toBeVisible();
  await expect(page.locator("main")).toContainText("第 12 届");
  await shot("org-node-in-charge");

  // The post ends: gone today, still there on a day before.
  await edit(page);
  await held.locator("summary").click();
  await held.getByLabel("结束日期").fill("2022-06-01");
  await held.getByRole("button", { name: "保存" }).click();
  await expect(body.locator("summary", { hasText: /主任 演示人员.*2022/ })).toBeVisible();
  await page.goto(`/orgs/${NODE}`);
  await expect(heading(page)).toBeVisible();
  await expect(page.locator("main").getByText("演示人员")).toHaveCount(0);
  await page.goto(`/orgs/${NODE}?as_of=2023-07-01`);
  await expect(page.locator("main").getByText("演示人员")).toHaveCount(0);
});

test("who saw an older version is told so, and what they typed stays", async ({ page, signIn, watched, browser, baseURL }) => {
  watched.allow(/^409 /);
  await signIn("district_admin");
  await edit(page);
  const adding = card(page, "添加组织");
  await adding.getByLabel("类别").selectOption({ label: "物业企业" });
  await adding.getByLabel("名称").fill("先到物业");
  await adding.getByRole("button", { name: "保存" }).click();
  await expect(card(page, "先到物业")).toBeVisible();

  const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  await context.addCookies(await page.context().cookies());
  const other = await context.newPage();
  await edit(other);
  for (const [who, name] of [[other, "先改物业"], [page, "后改物业"]] as const) {
    const body = card(who, "先到物业");
    await body.locator("summary", { hasText: "名称、电话、地址" }).click();
    await body.getByLabel("名称").fill(name);
    await body.getByRole("button", { name: "保存" }).click();
    if (who === other) await expect(card(other, name)).toBeVisible();
  }
  const mine = card(page, "先到物业");
  await expect(mine.getByRole("alert")).toContainText("别人刚改过这一条");
  await expect(mine.getByLabel("名称")).toHaveValue("后改物业");
  await context.close();
});

test("a new name holds from its day on; before it the old one is shown", async ({ page, signIn, watched }) => {
  watched.allow(/^4(09|22) /);
  await signIn("district_admin");
  await edit(page);
  await page.locator("summary", { hasText: "更名" }).click();
  const form = page.locator("details", { has: page.locator("summary", { hasText: "更名" }) });
  // A day on which the present name did not hold yet, and one that lies ahead.
  for (const [day, words] of [["2020-01-01", /起有效|不能早于|不能在/], ["2999-01-01", /不能晚于今天|还没有到|今天/]] as const) {
    await form.getByLabel("新名称").fill("清河坊社区居委会");
    await form.getByLabel("生效日期").fill(day);
    await form.getByRole("button", { name: "更名" }).click();
    await expect(form.getByText(words).last()).toBeVisible();
    await expect(form.getByLabel("新名称")).toHaveValue("清河坊社区居委会");
  }
  await form.getByLabel("生效日期").fill("2025-03-01");
  await form.getByLabel("依据").fill("常民发〔2025〕3号");
  await form.getByRole("button", { name: "更名" }).click();
  await expect(page).toHaveURL(new RegExp(`/orgs/${NODE}$`));
  await expect(heading(page)).toContainText("清河坊社区居委会");
  await expect(page.getByRole("row", { name: /清河坊.*2025.*常民发/ })).toBeVisible();

  await page.locator("#org-as-of").fill("2025-02-28");
  await page.getByRole("button", { name: "看那天的样子" }).click();
  await expect(heading(page)).toContainText("清和坊社区居委会");
  await page.getByRole("link", { name: "看现在" }).click();
  await expect(heading(page)).toContainText("清河坊社区居委会");
});

test("who may not edit is told so; elsewhere it is not there", async ({ page, signIn, watched }) => {
  watched.allow(/^40[134] .*\/orgs\//);
  expect((await page.goto(EDIT))?.status()).toBe(401);
  await signIn("grid_worker");
  expect((await page.goto(EDIT))?.status()).toBe(403);
  await page.goto(`/orgs/${NODE}`);
  await expect(page.getByRole("link", { name: "修改" })).toHaveCount(0);
  await forget(page);
  await signIn("district_admin");
  expect((await page.goto("/orgs/320582/edit"))?.status()).toBe(404);
});
