// Who lives where: found, looked at, corrected, confirmed, counted, imported.

import type { Page } from "@playwright/test";
import { axe, expect, forget, live, test } from "../fixtures";
import { csv } from "../support/files";

const RESIDENT_HOME = "花园浜3幢2单元501";
const find = (page: Page) => page.getByRole("searchbox").first();

async function look(page: Page, q: string): Promise<void> {
  await page.goto("/people");
  await find(page).fill(q);
  await find(page).press("Enter");
  await expect(page).toHaveURL(/[?&]q=/);
}

async function openHome(page: Page): Promise<void> {
  await look(page, RESIDENT_HOME);
  await page.locator("main").getByRole("link", { name: /花园浜3幢2单元501室/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("花园浜3幢2单元501室");
}

test("a grid worker finds people of the own grid, masked", async ({ page, signIn, shot }) => {
  await signIn("grid_worker");
  await page.goto("/people");
  await live(page);
  const rows = page.locator("main .list-row");
  expect(await rows.count()).toBeGreaterThan(20);
  await expect(page.locator("main")).not.toContainText(/1[3-9]\d{9}/);
  await expect(page.locator("main")).toContainText(/154\*{4}\d{4}/);
  await axe(page);
  await shot("people");
  for (const q of ["王", "zh", "花园浜3-2-501", "三栋二单元五零一室", "15400000001"]) {
    await find(page).fill(q);
    await find(page).press("Enter");
    await expect(rows.first(), q).toBeVisible();
  }
  await shot("people-found");
  await page.getByRole("link", { name: "往后看" }).waitFor({ state: "detached" });
  await find(page).fill("火星人");
  await find(page).press("Enter");
  await expect(page.getByText("没有找到").first()).toBeVisible();
  await expect(find(page)).toHaveValue("火星人");
});

test("a list goes on, by keyboard too", async ({ page, signIn }) => {
  await signIn("grid_worker");
  await page.goto("/people");
  await live(page);
  const first = await page.locator("main .list-row").first().innerText();
  const onward = page.getByRole("link", { name: "往后看" });
  await onward.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/after=/);
  await expect(page.locator("main .list-row").first()).not.toHaveText(first);
});

test("somebody is seen in full only for a reason, and sees who looked", async ({ page, signIn, watched, shot, browser, server }) => {
  watched.allow(/^422 .*\/people\/person\/unmask/);
  await signIn("grid_worker");
  await openHome(page);
  await live(page);
  const card = page.locator("section.card").filter({ hasText: "演**" }).first();
  await card.getByText("看完整信息").click();
  await card.getByLabel(/为什么要看/).selectOption("other");
  await card.getByRole("button", { name: "看", exact: true }).click();
  await expect(card.getByText("请写明为什么要看").first()).toBeVisible();
  await card.getByLabel(/补充说明/).fill("送重阳糕");
  await card.getByRole("button", { name: "看", exact: true }).click();
  await expect(card.getByText("演示·陈阿婆")).toBeVisible();
  await axe(page);
  await shot("people-household");

  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  const own = await context.newPage();
  const { signInByCode } = await import("../support/accounts");
  await signInByCode(own, "resident");
  await own.goto("/me/household");
  await expect(own.getByText("送重阳糕")).toBeVisible();
  await context.close();
});

test("a household is corrected by the worker, with errors beside the fields", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^4(22|09) .*\/api\/v1\/people/);
  await signIn("grid_worker");
  await openHome(page);
  await live(page);
  await page.getByText("登记一个人到这一户").click();
  const form = page.locator("details.card").filter({ hasText: "登记一个人到这一户" });
  await form.getByLabel(/^姓名/).fill("演示·小孙");
  await form.getByLabel(/出生年份/).fill("2090");
  await form.getByRole("button", { name: "登记", exact: true }).click();
  await expect(form.getByText("出生年份在将来，请核对。").first()).toBeVisible();
  await expect(form.getByLabel(/^姓名/)).toHaveValue("演示·小孙");
  await shot("people-refused");
  await form.getByLabel(/出生年份/).fill("2019");
  await form.getByLabel(/与户代表的关系/).selectOption("grandchild");
  await form.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("已登记到这一户。")).toBeVisible();
  // Every member's form offers the word; only one member is told by it.
  const card = page.locator("section.card").filter({ has: page.locator("p", { hasText: "孙辈" }) });
  await expect(card).toBeVisible();
  // News of the entry is still on its way: it must not close what is being filled in.
  const neighbour = page.locator("section.card").filter({ has: page.locator("summary", { hasText: "更正登记" }) }).first();
  await neighbour.getByText("更正登记").click();
  await neighbour.getByLabel("姓名").fill("演示·正在改");
  await card.getByText("不在这一户了").click();
  await card.getByLabel("原因").selectOption("mistake");
  await card.getByRole("button", { name: "记下" }).click();
  await expect(card).toHaveCount(0);
  await expect(neighbour.getByLabel("姓名")).toHaveValue("演示·正在改");
});

test("a resident confirms and corrects the own household, and the worker's page hears of it", async ({ page, signIn, shot, browser, server }) => {
  await signIn("resident");
  await page.goto("/me/household");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("我家的登记");
  await expect(page.locator("main")).toContainText("花园浜3幢2单元501室");
  await axe(page);
  await shot("people-mine");

  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  const staff = await context.newPage();
  const { signInByCode } = await import("../support/accounts");
  await signInByCode(staff, "grid_lead");
  await openHome(staff);
  await live(staff);

  await page.getByRole("button", { name: /都对|再确认一次/ }).click();
  await expect(page.getByText("谢谢，已记下您的确认。")).toBeVisible();
  await page.getByLabel(/哪里不对/).fill("我女儿上个月搬走了");
  await page.getByRole("button", { name: "告诉网格员" }).click();
  await expect(page.getByText("已告诉网格员")).toBeVisible();

  // Without being asked.
  await expect(staff.getByText("我女儿上个月搬走了")).toBeVisible({ timeout: 20_000 });
  await staff.getByRole("button", { name: "核对过了" }).click();
  await expect(staff.getByText("我女儿上个月搬走了")).toHaveCount(0);
  await context.close();
});

test("the chart of a building leads to each door", async ({ page, signIn, shot }) => {
  await signIn("staff");
  await page.goto("/people/buildings?node=320581001001");
  await live(page);
  await axe(page);
  await shot("people-buildings");
  await page.locator("main").getByRole("link", { name: /3幢/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("3幢");
  await expect(page.getByRole("row", { name: /5 楼/ }).first()).toBeVisible();
  await axe(page);
  await shot("people-chart");
  await page.getByRole("link", { name: /2单元\s*501/ }).click();
  await expect(page).toHaveURL(/\/people\/households\//);
});

test("the roll counts, and explains each count", async ({ page, signIn, shot }) => {
  await signIn("secretary");
  await page.goto("/people/roll?node=320581001001");
  await live(page);
  await expect(page.getByText("居民会议要来多少居民")).toBeVisible();
  await expect(page.locator("main")).toContainText("第二十六条");
  await expect(page.locator("main")).toContainText("待核");
  await axe(page);
  await shot("people-roll");
  for (const [tab, words] of [["18 岁以上居民", /户籍常住|常住/], ["户代表", /居民小组/], ["居民小组", /合适|少|多/], ["居民代表", /第 \d+ 届/], ["党员", /党支部/]] as const) {
    await page.getByRole("navigation", { name: "名册的各部分" }).getByRole("link", { name: tab, exact: true }).click();
    await expect(page.locator("main")).toContainText(words);
  }
  await shot("people-roll-party");
  await page.goto("/people/roll?node=320581001001&on=2001-01-01&of=adults");
  await expect(page.getByText("这一天没有人在名册上")).toBeVisible();
});

test("party members who did not agree are not shown to staff", async ({ page, signIn }) => {
  const members = async () => {
    await page.goto("/people/roll?node=320581001001&of=party");
    return page.locator("main .list .list-row").count();
  };
  await signIn("secretary");
  const all = await members();
  await forget(page);
  await signIn("staff");
  const shown = await members();
  expect(all).toBeGreaterThan(shown);
  await expect(page.getByText("这里只列出同意公开党员身份的人。")).toBeVisible();
});

test("anybody sees figures, without small groups", async ({ page, shot }) => {
  await page.goto("/people/figures?node=320581001001");
  await live(page);
  await expect(page.getByText("80 岁以上独居")).toBeVisible();
  await expect(page.getByText(/少于 5 的不显示/)).toBeVisible();
  await axe(page);
  await shot("people-figures");
});

const HEAD = "网格编码,地址,姓名,出生年份,手机号,居住情况,户代表";

async function send(page: Page, name: string, text: string): Promise<void> {
  await page.goto("/admin/people/import");
  await live(page);
  await page.locator('input[type="file"]').setInputFiles(csv(name, text));
  await page.getByRole("button", { name: "看看会有哪些变化" }).click();
  await expect(page).toHaveURL(/\?id=/);
}

test("a file is shown, applied once, and changes nothing the second time", async ({ page, signIn, shot }) => {
  await signIn("secretary");
  await page.goto("/admin/people/import");
  await live(page);
  await axe(page);
  await shot("people-import");
  const file = `${HEAD}\n320581001001001,新造里9幢101,演示·导一,1970,,户籍常住,是\n320581001001001,新造里小区九栋一零一室,演示·导二,1972,,户籍常住,\n`;
  await send(page, "名册.csv", file);
  await expect(page.getByText("写法不同，是同一户")).toBeVisible();
  await axe(page);
  await shot("people-import-preview");
  await page.getByRole("button", { name: /^导入这 \d+ 处变化$/ }).dblclick();
  await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();
  await send(page, "名册.csv", file);
  await expect(page.getByText("与现有登记完全一样，不用导入。")).toBeVisible();
});

test("faulty lines are named, and nothing of the file is imported", async ({ page, signIn, shot }) => {
  await signIn("secretary");
  await send(page, "有错.csv", `${HEAD}\n320581001001001,新造里9幢,张3,2090,138,?,\n320581001002001,四丈湾1幢101,王芳,1950,,常住,\n`);
  await expect(page.getByText(/文件有 \d+ 处问题，一行也没有导入/)).toBeVisible();
  const lines = page.getByRole("row", { name: /第 2 行/ });
  for (const field of ["姓名", "出生年份", "手机号", "居住情况"]) await expect(lines.filter({ hasText: field })).toHaveCount(1);
  await expect(page.getByRole("row", { name: /第 3 行/ })).toContainText("不在您负责的范围内");
  await axe(page);
  await shot("people-import-faults");
});

test("who does not work there sees none of it", async ({ page, signIn, watched }) => {
  watched.allow(/^40[134] /);
  await page.goto("/people");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("请先登录");
  await signIn("resident");
  for (const path of ["/people", "/people/roll", "/people/buildings", "/admin/people/import"]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("您没有这个权限");
  }
  await forget(page);
  await signIn("grid_worker");
  // Another community's.
  expect((await page.goto("/people?node=320581001002"))?.status()).toBe(404);
  expect((await page.goto("/people/roll?node=320581001001"))?.status()).toBe(404);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("finding, seeing in full and correcting work as pages", async ({ page, signIn, watched, shot }) => {
    watched.allow(/^422 /);
    await signIn("grid_worker");
    await openHome(page);
    const card = page.locator("section.card").filter({ hasText: "演**" }).last();
    await card.getByText("看完整信息").click();
    await card.getByLabel(/为什么要看/).selectOption("visit");
    await card.getByRole("button", { name: "看", exact: true }).click();
    await expect(page.getByText(/演示·陈/).first()).toBeVisible();
    await page.getByText("登记一个人到这一户").click();
    const form = page.locator("details.card").filter({ hasText: "登记一个人到这一户" });
    await form.getByLabel(/^姓名/).fill("演示·平");
    await form.getByLabel(/出生年份/).fill("1850");
    await form.getByRole("button", { name: "登记", exact: true }).click();
    await expect(page.getByText("算下来超过 130 岁").first()).toBeVisible();
    await expect(form.getByLabel(/^姓名/)).toHaveValue("演示·平");
    await shot("people-plain-refused");
  });

  test("a resident confirms", async ({ page, signIn }) => {
    await signIn("resident");
    await page.goto("/me/household");
    await page.getByRole("button", { name: /都对|再确认一次/ }).click();
    await expect(page.getByText("谢谢，已记下您的确认。")).toBeVisible();
  });

  test("a file is imported", async ({ page, signIn }) => {
    await signIn("secretary");
    await page.goto("/admin/people/import");
    const text = `${HEAD}\n320581001001001,素页里1幢101,演示·素,1960,,常住,是\n`;
    await page.locator('input[type="file"]').setInputFiles(csv("素.csv", text));
    await page.getByRole("button", { name: "看看会有哪些变化" }).click();
    await page.getByRole("button", { name: /^导入这 \d+ 处变化$/ }).click();
    await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();
  });
});
