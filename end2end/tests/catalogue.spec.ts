// What a grid handles: found and begun by a resident, narrowed by a town, made in versions by a district, walked by a grid worker.

import { axe, expect, forget, live, test } from "../fixtures";
import { photo } from "../support/files";

const GRID = "320581001001001";
const OTHER = "320581003";

test("a resident finds what to do by a life event and begins it with a call", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/");
  await live(page);
  await page.getByRole("link", { name: "看全部事项" }).click();
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("能办什么事");
  await expect(page.locator("main")).toContainText("第 2 版，2026 年 7 月 1 日 起");
  // Staff's own work is none of a menu's, and what the town took away is not on it.
  await expect(page.getByText("特殊困难老年人探访")).toHaveCount(0);
  await expect(page.getByText("婚姻登记指引")).toHaveCount(0);
  await axe(page);
  await shot("catalogue");
  const elders = page.getByRole("navigation", { name: "按人生大事找" }).getByRole("link", { name: /^养老/ });
  await elders.click();
  await expect(page).toHaveURL(/event=age/);
  await expect(elders).toHaveAttribute("aria-current", "true");
  await page.getByRole("link", { name: /尊老金/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("尊老金");
  await expect(page.locator("main")).toContainText("3 个工作日（虞山街道缩短的，清单里是 5 个工作日）");
  await expect(page.locator("main")).toContainText("从上面下沉来的");
  await axe(page);
  await shot("catalogue-item");
  await live(page);
  await page.getByRole("button", { name: "我要办这件事" }).click();
  const call = page.getByRole("link", { name: "打电话 12345" });
  await expect(call).toHaveAttribute("href", "tel:12345");
  await axe(page);
  await shot("catalogue-begun");
});

test("searching keeps what was typed, says when there is nothing, and works by keyboard", async ({ page, shot }) => {
  await page.goto("/catalogue");
  await live(page);
  const search = page.getByRole("searchbox", { name: "找一件事" });
  await search.fill("装修");
  await search.press("Enter");
  await expect(page).toHaveURL(/q=/);
  await expect(page.getByRole("link", { name: /装修登记/ })).toBeVisible();
  await expect(search).toHaveValue("装修");
  await search.fill("火星移民");
  await search.press("Enter");
  await expect(page.getByText("没有找到")).toBeVisible();
  await axe(page);
  await shot("catalogue-nothing");
  await page.getByRole("link", { name: "看全部" }).press("Enter");
  await expect(page.getByRole("link", { name: /最低生活保障申请/ })).toBeVisible();
});

test("a stranger finds the own place by name, and has its list", async ({ page, shot }) => {
  await page.goto("/catalogue");
  await live(page);
  // Until somebody says where, it is the whole county's.
  await expect(page.getByRole("link", { name: /婚姻登记指引/ })).toBeVisible();
  const place = page.getByRole("searchbox", { name: "社区或网格" });
  await place.fill("火星");
  await place.press("Enter");
  await expect(page.getByText("没有找到这个地方")).toBeVisible();
  await place.fill("花园浜");
  await place.press("Enter");
  const found = page.getByRole("list", { name: "找到的地方" }).getByRole("link", { name: /花园浜社区/ }).first();
  await expect(found).toContainText("虞山街道");
  await axe(page);
  await shot("catalogue-place");
  await found.click();
  await expect(page).toHaveURL(/node=320581001001$/);
  await expect(page.getByText("换一个地方")).toBeVisible();
  await expect(page.getByRole("link", { name: /婚姻登记指引/ })).toHaveCount(0);
  await page.goto(`/map/320581001001?sel=${GRID}`);
  await page.getByLabel("选中的地方").getByRole("link", { name: "能办什么事" }).click();
  await expect(page).toHaveURL(new RegExp(`/catalogue\\?node=${GRID}`));
});

test("the list of a past day and what a version changed can be read by anybody", async ({ page, shot }) => {
  await page.goto(`/catalogue?node=${GRID}&on=2026-01-05`);
  await live(page);
  await expect(page.getByText("这是 2026 年 1 月 5 日 的清单")).toBeVisible();
  await expect(page.locator("main")).toContainText("第 1 版");
  await expect(page.getByRole("link", { name: /既有住宅加装电梯协商/ })).toHaveCount(0);
  await page.getByRole("link", { name: "改过什么" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("清单改过什么");
  await expect(page.locator("main")).toContainText("改了时限");
  await expect(page.locator("main")).toContainText("既有住宅加装电梯协商");
  await axe(page);
  await shot("catalogue-history");
});

test("a town narrows an item, is refused what would widen it, and loses nothing it typed", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^422 .*\/catalogue\/narrow/);
  await signIn("town_admin");
  await page.goto("/admin/catalogue");
  await live(page);
  // The same address with a place: what it shows changes with it.
  await page.getByRole("list", { name: "您管的单位" }).getByRole("link", { name: /虞山街道/ }).click();
  await expect(page).toHaveURL(/\/admin\/catalogue\?node=320581001$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("虞山街道的事项清单");
  await axe(page);
  await shot("catalogue-town");
  await page.getByRole("link", { name: /临时救助申请/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("临时救助申请");
  await live(page);
  await page.getByLabel("把时限缩短").check();
  await page.getByLabel(/^时限/).fill("9");
  await page.getByLabel(/本地的窗口/).fill("虞山街道 5 号窗口");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("上级定的是 3 个工作日，这里只能更短，单位也要一样。").first()).toBeVisible();
  await expect(page.getByLabel(/本地的窗口/)).toHaveValue("虞山街道 5 号窗口");
  await axe(page);
  await shot("catalogue-narrow-refused");
  await page.getByLabel(/^时限/).fill("2");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存，下面的社区和网格跟着变。")).toBeVisible();
  await expect(page.getByRole("link", { name: /临时救助申请/ }).first()).toContainText("缩短为 2 个工作日");
});

test("a district drafts a version, with errors beside the fields, and publishes it for a later day", async ({ page, signIn, watched, shot }, info) => {
  // The other viewport may have published before, on the same database.
  const name = `演示·楼道灯报修 ${info.project.name} ${info.retry}`;
  watched.allow(/^422 .*\/catalogue\/draft/);
  await signIn("district_admin");
  await page.goto("/admin/catalogue?node=320581");
  await live(page);
  const before = await page.getByText("已经发布、还没有生效").count();
  const begin = page.getByRole("button", { name: "起草" });
  if (await begin.isVisible()) {
    await begin.click();
    await expect(page.getByText("已经开始。")).toBeVisible();
  }
  await page.getByRole("link", { name: "加一项" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("加一项");
  await live(page);
  await page.getByLabel(/^事项名称/).fill(name);
  await page.getByLabel(/^时限/).fill("0");
  await page.getByRole("button", { name: "保存到草稿" }).click();
  for (const words of ["请选类别。", "请写明法律法规或文件依据。", "请填 1 到 366 之间的整数。"]) {
    await expect(page.getByText(words).first()).toBeVisible();
  }
  await expect(page.getByLabel(/^事项名称/)).toHaveValue(name);
  await axe(page);
  await shot("catalogue-item-refused");
  await page.getByLabel(/^类别/).selectOption("surroundings");
  await page.getByLabel(/^依据/).fill("《物业管理条例》");
  await page.getByLabel(/^牵头单位/).fill("物业服务企业");
  await page.getByLabel(/^时限/).fill("2");
  await page.getByLabel(/^办理步骤/).fill("告诉网格员\n物业换灯");
  await page.getByRole("button", { name: "保存到草稿" }).click();
  await expect(page.getByText("已保存到草稿。")).toBeVisible();
  await expect(page.locator("main")).toContainText("跟上一版比");
  await axe(page);
  await shot("catalogue-draft");
  await page.getByLabel(/从哪天起/).fill("2030-01-01");
  await page.getByRole("button", { name: "发布" }).click();
  await expect(page.getByText("请选今天或以后的日期，最远两年。").first()).toBeVisible();
  const later = new Date(Date.now() + (40 + before) * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel(/从哪天起/).fill(later);
  await page.getByLabel(/这一版改了什么/).fill("加了楼道灯报修。演示。");
  await page.getByRole("button", { name: "发布" }).click();
  await expect(page.getByText("已发布。到了那一天自动生效")).toBeVisible();
  await expect(page.getByText("已经发布、还没有生效")).toHaveCount(before + 1);
  await page.goto(`/catalogue?node=${GRID}`);
  await expect(page.getByText(name)).toHaveCount(0);
  await page.goto(`/catalogue?node=${GRID}&on=${later}`);
  await expect(page.getByRole("link", { name })).toBeVisible();
});

test("a grid worker walks a round with a tap, and hands over what was found", async ({ page, signIn, watched, shot }, info) => {
  watched.allow(/^422 .*\/inspections\/walk/);
  await signIn("grid_worker");
  await page.goto("/inspections");
  await live(page);
  await axe(page);
  await shot("inspections");
  // Each viewport walks a round of its own.
  if (info.project.name === "phone") {
    // No signal at first; then the server does it and its answer is lost; then all is well.
    watched.allow(/^failed: net::ERR_INTERNET_DISCONNECTED .*\/inspections\/walk/);
    let signal: "none" | "one way" | "back" = "none";
    let lost = 0;
    const keys = new Set<string | undefined>();
    await page.route(/\/api\/v1\/catalogue\/inspections\/walk$/, async (route) => {
      const headers = route.request().headers();
      keys.add(headers["idempotency-key"]);
      if (signal === "back") return route.continue();
      if (signal === "one way") {
        lost = (await route.fetch({ headers: { ...headers, "sec-fetch-site": "same-origin" } })).status();
        signal = "back";
      }
      await route.abort("internetdisconnected");
    });
    const online = () => page.evaluate(() => void window.dispatchEvent(new Event("online")));
    const fire = page.locator("section.card").filter({ hasText: "消防车通道巡查" }).filter({ hasText: "发现问题" });
    const tap = fire.getByRole("button", { name: /看过了，正常/ });
    const unsent = page.locator("section.card").filter({ hasText: "还没送出的" });
    await expect(unsent).toHaveCount(0);
    await tap.click();
    await expect(fire.getByText("已记下，有信号时送出。")).toBeVisible();
    await expect(tap).toBeDisabled();
    await expect(unsent.getByText("等网络")).toBeVisible();
    await expect(unsent.getByRole("listitem")).toHaveCount(1);
    await axe(page);
    await shot("inspections-unsent");
    signal = "one way";
    await expect(async () => {
      await online();
      expect(lost).toBe(200);
    }).toPass();
    await expect(async () => {
      await online();
      await expect(unsent).toHaveCount(0, { timeout: 1_000 });
    }).toPass();
    expect([keys.size, keys.has(undefined)]).toEqual([1, false]);
    await expect(page.locator("main").getByRole("listitem").filter({ hasText: "消防车通道巡查" })).toContainText("正常");
  } else {
    const visit = page.locator("section.card").filter({ hasText: "特殊困难老年人探访" });
    await visit.getByText("发现问题").click();
    await visit.getByRole("button", { name: "交给网格长" }).click();
    await expect(visit.getByText("请写一句发现了什么、在哪里。").first()).toBeVisible();
    await visit.getByLabel(/发现了什么/).fill("演示·热水器没有排烟管");
    const found = visit.locator("details").filter({ has: page.getByText("发现问题", { exact: true }) });
    await found.getByLabel(/^照片/).setInputFiles([photo("一.png"), photo("二.png")]);
    await visit.getByRole("button", { name: "交给网格长" }).click();
    await expect(page.getByText("已记下，并交给网格长处理。")).toBeVisible();
    await forget(page);
    await signIn("grid_lead");
    await page.goto("/tasks");
    await live(page);
    // The list of tasks says which item and where; what was found is read on its own page, with the photos.
    const task = page.getByRole("link", { name: /特殊困难老年人探访（/ }).first();
    await expect(task).toBeVisible();
    await expect(page.getByText("热水器没有排烟管")).toHaveCount(0);
    await task.click();
    await page.getByRole("link", { name: "去办" }).click();
    await expect(page).toHaveURL(/\/inspections\/round\?id=/);
    await expect(page.locator("main")).toContainText("演示·热水器没有排烟管");
    await expect(page.getByRole("list", { name: "照片" }).getByRole("img")).toHaveCount(2);
    await axe(page);
    await shot("inspections-round");
  }
});

test("a list that nobody needed is proposed for abolition, and goes on only for a reason", async ({ page, signIn, watched, shot }, info) => {
  watched.allow(/^(422|409) .*\/catalogue\/plans/);
  await signIn("secretary");
  await page.goto("/inspections/plans?node=320581001001");
  await live(page);
  const posters = page.locator("section.card").filter({ hasText: "楼道小广告清理" }).filter({ hasText: "起。" });
  if (info.project.name === "phone") {
    await expect(posters.getByText("建议停掉")).toBeVisible();
    await axe(page);
    await shot("inspections-plans");
    await posters.getByText("接着巡查一个季度").click();
    await posters.getByRole("button", { name: "接着做" }).click();
    await expect(posters.getByText("请用一两句话写明原因，200 个字以内。").first()).toBeVisible();
    await posters.getByLabel(/为什么接着做/).fill("创建检查还要看");
    await posters.getByRole("button", { name: "接着做" }).click();
    await expect(page.getByText("已记下，接着巡查一个季度。")).toBeVisible();
    await expect(posters).toContainText("创建检查还要看");
  } else {
    await page.getByLabel("巡查什么").selectOption({ label: "河道和绿化巡查（每月）" });
    await page.getByRole("button", { name: "安排", exact: true }).click();
    await expect(page.getByText("已经开始。")).toBeVisible();
    await expect(page.locator("section.card").filter({ hasText: "河道和绿化巡查" }).first()).toContainText("每月");
  }
});

test("who keeps no list and walks no rounds is told so, and a place without a list says so", async ({ page, signIn, watched, shot }) => {
  watched.allow(/^(401|403|404) /);
  await page.goto("/inspections");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("请先登录");
  await signIn("resident");
  for (const path of ["/admin/catalogue?node=320581", "/inspections/plans?node=320581001001", "/inspections"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("您没有这个权限");
  }
  await page.goto("/catalogue/item?node=320581001001001&id=nonsense");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("没有找到");
  await page.goto("/catalogue?node=3201");
  await expect(page.getByText("这里还没有事项清单")).toBeVisible();
  await axe(page);
  await shot("catalogue-none");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("finding, beginning and walking work as pages", async ({ page, signIn }, info) => {
    await signIn("resident");
    await page.goto("/catalogue");
    await page.getByRole("searchbox", { name: "找一件事" }).fill("低保 困难");
    await page.getByRole("searchbox", { name: "找一件事" }).press("Enter");
    await page.goto(`/catalogue?node=${GRID}&event=hardship`);
    await page.getByRole("link", { name: /临时救助申请/ }).click();
    await page.getByRole("button", { name: "我要办这件事" }).click();
    await expect(page.getByRole("link", { name: "打电话 12345" })).toBeVisible();
    await page.goto(`/catalogue?node=${OTHER}`);
    await expect(page.getByRole("link", { name: /婚姻登记指引/ })).toBeVisible();
    if (info.project.name === "phone") {
      // Signing in ends the session that the browser has, which others are to use again.
      await forget(page);
      await signIn("grid_lead");
      await page.goto("/inspections");
      const first = page.locator("section.card").filter({ hasText: "楼道小广告清理" }).first();
      await first.getByText("发现问题").click();
      // Without script the browser itself asks for something; blanks are something to it.
      await first.getByLabel(/发现了什么/).fill("   ");
      await first.getByRole("button", { name: "交给网格长" }).click();
      await expect(page.getByText("请写一句发现了什么、在哪里。").first()).toBeVisible();
    }
  });
});
