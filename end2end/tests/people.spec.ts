// Who lives where: found, looked at, corrected, confirmed, counted, imported.

import type { Locator, Page } from "@playwright/test";
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
  for (const [q, expected] of [
    ["王", /王\*/],
    ["wang", /[王汪]\*/],
    ["ysc", /演\*/],
    ["花园浜3-2-501", /花园浜3幢2单元501室/],
    ["三栋二单元五零一室", /3幢2单元501室/],
    ["15400000001", /154\*{4}0001/],
  ] as const) {
    await find(page).fill(q);
    await find(page).press("Enter");
    await page.waitForURL((url) => url.searchParams.get("q") === q);
    // What was found before has gone, and all that is there now was asked for.
    await expect(rows.filter({ hasNotText: expected }), q).toHaveCount(0);
    await expect(rows.filter({ hasText: expected }).first(), q).toBeVisible();
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
  await expect(card.getByText("登记了需要的关照")).toBeVisible();
  await expect(card.getByText(/需要的关照：/)).toHaveCount(0);
  await card.getByText("看完整信息").click();
  await card.getByLabel(/为什么要看/).selectOption("other");
  await card.getByRole("button", { name: "看", exact: true }).click();
  await expect(card.getByText("请写明为什么要看").first()).toBeVisible();
  await card.getByLabel(/补充说明/).fill("送重阳糕");
  await card.getByRole("button", { name: "看", exact: true }).click();
  await expect(card.getByText("演示·陈阿婆")).toBeVisible();
  await expect(card.getByText(/需要的关照：.*助餐/)).toBeVisible();
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
  const words = `我女儿上个月搬走了，${test.info().project.name}`;
  await page.getByLabel(/哪里不对/).fill(words);
  await page.getByRole("button", { name: "告诉网格员" }).click();
  await expect(page.getByText("已告诉网格员")).toBeVisible();

  // Without being asked.
  await expect(staff.getByText(words).first()).toBeVisible({ timeout: 20_000 });
  await staff.goto("/");
  await staff.getByRole("link", { name: /居民写的更正，有 \d+ 条等核对/ }).click();
  await expect(staff.getByRole("heading", { level: 1 })).toHaveText("居民写的更正");
  await live(staff);
  await axe(staff);
  const written = staff.locator("section.card").filter({ hasText: words });
  await expect(written).toHaveCount(1);
  await written.getByLabel(/给本人的话/).fill("已经改过来了");
  await written.getByRole("button", { name: "核对过了" }).click();
  await expect(written).toHaveCount(0);
  await staff.getByRole("link", { name: "处理过的", exact: true }).click();
  await expect(staff.locator("section.card").filter({ hasText: words }).first()).toContainText("回复：已经改过来了");
  await context.close();

  // Who wrote it hears of it, and reads the answer.
  await page.goto("/me/household");
  await expect(page.getByText(/核对过了：已经改过来了/).first()).toBeVisible();
  await expect(async () => {
    await page.goto("/inbox");
    await expect(page.getByText("您写的登记更正，网格员核对过了").first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
});

test("a resident names who else lives there, and the worker notes them", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^422 .*\/people\/mine\/entry/);
  await signIn("resident");
  await page.goto("/me/household");
  await live(page);
  const form = page.locator("details").filter({ hasText: "填一位家里人" });
  await form.locator("summary").click();
  await form.getByLabel(/^姓名/).fill("演示·小周");
  await form.getByRole("button", { name: "请网格员核对" }).click();
  await expect(form.getByText("请填出生年份，如 1950。").first()).toBeVisible();
  await expect(form.getByLabel(/^姓名/)).toHaveValue("演示·小周");
  await axe(page);
  await shot("people-others");
  await form.getByLabel(/出生年份/).fill("1971");
  await form.getByLabel(/与户代表的关系/).selectOption("sibling");
  await form.getByLabel(/居住情况/).selectOption("living");
  await form.getByLabel(/本人知道我替他们填/).check();
  await form.getByRole("button", { name: "请网格员核对" }).click();
  await expect(page.getByText("1971 年生，兄弟姐妹，常住，等网格员核对")).toBeVisible();

  await forget(page);
  await signIn("grid_worker");
  await page.goto("/people");
  await live(page);
  await page.getByRole("list", { name: "等核对的住户" }).getByRole("link", { name: /花园浜3幢2单元501室/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("花园浜3幢2单元501室");
  const entry = page.locator("section.card").filter({ hasText: "要登记：" });
  await expect(entry).toContainText("1971 年生，兄弟姐妹，常住");
  await axe(page);
  await shot("people-entry");
  await entry.getByRole("button", { name: "登记上" }).click();
  await expect(page.getByText("已登记到这一户。")).toBeVisible();
  await expect(entry).toHaveCount(0);
  // Others look at this household too: it is left as it was.
  const card = page.locator("section.card").filter({ has: page.locator("p", { hasText: "兄弟姐妹" }) });
  await card.getByText("不在这一户了").click();
  await card.getByLabel("原因").selectOption("mistake");
  await card.getByRole("button", { name: "记下" }).click();
  await expect(card).toHaveCount(0);
});

test("who owns a room and lives elsewhere is noted, and ended", async ({ page, signIn, watched }) => {
  watched.allow(/^422 .*\/people\/room\/owner/);
  await signIn("grid_worker");
  await openHome(page);
  await live(page);
  const family = test.info().project.name === "phone" ? "沈" : "韩";
  const owners = page.locator("section.card").filter({ has: page.getByRole("heading", { name: "产权人（不住在这里）" }) });
  await owners.getByText("登记不住在这里的产权人").click();
  await owners.getByLabel(/^姓名/).fill(`${family}外地`);
  await owners.getByLabel(/从哪天起是产权人/).fill("2999-01-01");
  await owners.getByRole("button", { name: "登记", exact: true }).click();
  await expect(owners.getByText("日期不能晚于今天。").first()).toBeVisible();
  await expect(owners.getByLabel(/^姓名/)).toHaveValue(`${family}外地`);
  await owners.getByLabel(/从哪天起是产权人/).fill("");
  await owners.getByRole("button", { name: "登记", exact: true }).click();
  const one = owners.locator("div.stack").filter({ hasText: `${family}**` });
  await expect(one).toHaveCount(1);
  await one.getByText("不再是产权人").click();
  await one.getByRole("button", { name: "记下" }).click();
  await expect(one).toHaveCount(0);
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

type Place = [lon: number, lat: number];

/** Where a place is on the screen, in a map that says what it shows. */
async function pixelOf(map: Locator, [lon, lat]: Place): Promise<{ x: number; y: number }> {
  const [radius, radians] = [6378137, Math.PI / 180];
  const metres = [radius * lon * radians, radius * Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2))] as const;
  const [left, bottom, right, top] = ((await map.getAttribute("data-extent")) ?? "").split(",").map(Number) as [number, number, number, number];
  const box = await map.locator(".map-live").boundingBox();
  if (!box) throw new Error("the map is not shown");
  return { x: box.x + ((metres[0] - left) / (right - left)) * box.width, y: box.y + ((top - metres[1]) / (top - bottom)) * box.height };
}

test("a building is noted, drawn on the map, its rooms are corrected, and it is taken out again", async ({ page, signIn, watched, shot }) => {
  test.slow();
  watched.allow(/^422 .*\/(people\/room\/merge|grid\/building\/place)/);
  const number = test.info().project.name === "phone" ? "71" : "72";
  await signIn("grid_worker");
  await page.goto("/people/buildings");
  await live(page);
  // An estate is the community's to correct.
  await expect(page.getByText("更正小区")).toHaveCount(0);
  await page.locator("main").getByRole("link", { name: /^3幢/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("3幢");
  const said = await page.getByText(/^位置：/).innerText();
  const [lon, lat] = [...said.matchAll(/\d+\.\d+/g)].map(Number) as Place;

  await page.goto("/people/buildings");
  await live(page);
  await page.getByText("登记一幢", { exact: true }).click();
  const noting = page.locator("details.card").filter({ hasText: "登记一幢" });
  await noting.getByLabel("属于哪个网格").selectOption("320581001001001");
  await noting.getByLabel("小区名").fill("画图里");
  await noting.getByLabel("幢号").fill(number);
  await noting.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("已登记这一幢。")).toBeVisible();
  const building = `/people/buildings?building=${new URL(page.url()).searchParams.get("building")}`;

  await page.getByRole("link", { name: "在地图上标出来" }).click();
  await expect(page).toHaveURL(/\/map\/buildings\//);
  const shape = page.getByRole("textbox", { name: /^轮廓/ });
  await shape.fill("120.1,31.1\n120.2,31.1\n120.2,31.2");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText(/这里不在.*里面/).first()).toBeVisible();
  const tools = page.getByRole("toolbar", { name: "画轮廓的工具" });
  await tools.getByRole("button", { name: "去掉轮廓" }).click();
  await expect(shape).toHaveValue("");
  const map = page.locator("#place-map");
  await expect(map.locator("canvas").first()).toBeVisible({ timeout: 20_000 });
  await tools.getByRole("button", { name: "看全图" }).click();
  await tools.getByRole("button", { name: "画轮廓", exact: true }).click();
  await expect(map).toHaveAttribute("data-extent", /\d/);
  await map.scrollIntoViewIfNeeded();
  for (const [east, north] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
    const { x, y } = await pixelOf(map, [lon + east * 0.0003, lat + north * 0.0003]);
    await page.mouse.click(x, y);
  }
  await expect(page.getByText(/已经画了 [1-9]\d* 个角点/)).toBeVisible();
  await page.getByRole("button", { name: "画完" }).click();
  await expect(shape).toHaveValue(/^\d+\.\d+,\d+\.\d+\n/);
  await axe(page);
  await shot("building-drawn");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("地图上画了轮廓。")).toBeVisible();
  const tiles = page.waitForResponse((answer) => answer.url().includes("/map/building-tiles/"));
  await page.getByRole("link", { name: "在地图上看" }).click();
  expect((await tiles).status()).toBe(200);

  await page.goto(building);
  await live(page);
  await page.getByText("登记一室", { exact: true }).click();
  const adding = page.locator("details.card").filter({ hasText: "登记一室" });
  await adding.getByLabel(/^室号/).fill("东户");
  await adding.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("已登记这一室。")).toBeVisible();
  await page.getByRole("table").getByRole("link", { name: /东/ }).click();
  // Nobody lives there: who owns it is noted beside it, and ended.
  const owners = page.locator("section.card").filter({ hasText: "产权人（不住在这里）" });
  await owners.getByText("登记不住在这里的产权人").click();
  await owners.getByLabel("姓名").fill("外地业主");
  await owners.getByRole("button", { name: "登记", exact: true }).click();
  await expect(owners.getByText("外**", { exact: true })).toBeVisible();
  await owners.getByText("不再是产权人").click();
  await owners.getByRole("button", { name: "记下" }).click();
  await expect(owners.getByText("没有登记。")).toBeVisible();
  const card = page.locator("section.card").filter({ hasText: "并到另一室" });
  await card.getByLabel(/^室号/).fill("101");
  await card.getByRole("button", { name: "保存" }).click();
  await page.getByRole("table").getByRole("link", { name: /101/ }).click();
  await card.getByText("并到另一室").click();
  await card.getByLabel("正确的地址").fill("花园浜999幢101");
  await card.getByRole("button", { name: "并过去" }).click();
  await expect(card.getByText(/没有登记这一幢/).first()).toBeVisible();
  await axe(page);
  await shot("people-room");
  await card.getByLabel("正确的地址").fill("花园浜3幢2单元501");
  await card.getByRole("button", { name: "并过去" }).click();
  await expect(page.getByText("已并过来。")).toBeVisible();

  await page.goto(building);
  await live(page);
  await page.getByText("去掉这一幢", { exact: true }).click();
  await page.getByRole("button", { name: "去掉", exact: true }).click();
  await expect(page.getByText("已去掉。")).toBeVisible();
  await expect(page.locator("main")).not.toContainText(`${number}幢`);
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

test("the numbers of the roll agree with each other, and a grid has no meeting of its own", async ({ page, signIn }) => {
  await signIn("secretary");
  // Of a day that has passed: what other tests note meanwhile begins today.
  const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const counted = async (label: string) => {
    const told = await page.locator(".figure-block").filter({ hasText: label }).locator(".figure").innerText();
    return Number(told.replace(/\D/g, ""));
  };
  const counts = async (node: string) => {
    await page.goto(`/people/roll?node=${node}&on=${day}`);
    return [await counted("户数"), await counted("有户代表的"), await counted("18 岁以上居民"), await counted("居民代表")] as const;
  };
  const whole = await counts("320581001001");
  const [households, represented, adults, deputies] = whole;
  expect(households).toBeGreaterThan(100);
  expect(represented).toBeLessThanOrEqual(households);
  const main = page.locator("main");
  await expect(main).toContainText(`年满 18 周岁的居民 ${adults} 人，要超过一半，也就是至少 ${Math.floor(adults / 2) + 1} 人。`);
  await expect(main).toContainText(`户代表 ${represented} 人，要超过一半，也就是至少 ${Math.floor(represented / 2) + 1} 人。`);
  await expect(main).toContainText(`居民代表 ${deputies} 人，要有三分之二以上参加。`);
  const choices = await page.locator("#roll-node option").evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  const grids = choices.filter((code) => /^320581001001\d{3}$/.test(code));
  expect(grids.length).toBeGreaterThan(1);
  let sum = [0, 0, 0, 0];
  for (const grid of grids) {
    const here = await counts(grid);
    sum = sum.map((n, at) => n + (here[at] ?? 0));
    await expect(main).not.toContainText("居民会议要来多少居民");
    await expect(main).not.toContainText(/少 \d+ 人（应有/);
  }
  expect(sum).toEqual([...whole]);
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
  // Where no test notes anybody.
  const node = "/people/figures?node=320581001012";
  await page.goto("/orgs/320581001012");
  await live(page);
  await page.locator("main").getByRole("link", { name: /人口和服务用房/ }).click();
  await expect(page).toHaveURL(node);
  await expect(page.getByText("80 岁以上独居")).toBeVisible();
  await expect(page.getByText(/少于 5 的不显示/)).toBeVisible();
  await axe(page);
  await shot("people-figures");
  const grids = await page.locator('ul[aria-label="下级"] a').evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  expect(grids.length).toBeGreaterThan(1);
  let small = 0;
  for (const place of [node, ...grids]) {
    await page.goto(place);
    await expect(page.getByText("80 岁以上独居")).toBeVisible();
    const figures = await page.locator("main .figure-block .figure").allInnerTexts();
    const bars = await page.locator('main table.bars td[role="cell"]').allInnerTexts();
    expect(figures.length).toBe(3);
    for (const told of [...figures, ...bars]) {
      if (told.includes("少于 5")) small += 1;
      else expect(Number(told.replace(/\D/g, "")) % 5, `${place}: ${told}`).toBe(0);
    }
  }
  expect(small).toBeGreaterThan(0);
  // The last of them is a grid, whose community's 服务用房 are told by the community's name.
  const card = page.locator("main .card").filter({ hasText: "的服务用房" });
  await expect(card).toContainText("参考标准：每百户 30 平方米");
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
  for (const path of ["/people", "/people/roll", "/people/buildings", "/people/corrections", "/admin/people/import"]) {
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
