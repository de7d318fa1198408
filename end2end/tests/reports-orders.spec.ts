// An order of 12345 in by file, and back with its reason.

import { axe, expect, live, test } from "../fixtures";

const GRID = "320581001001001";

test("an order comes in by file and goes back to its platform", async ({ page, signIn, browser, server, signIns, shot }) => {
  test.setTimeout(120_000);
  const label = `12345 热线 ${Date.now()}`;
  const number = `JS${Date.now()}`;
  const main = page.locator("main");
  const district = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(district, "district_admin");
  await district.goto("/admin/reports/orders/keys");
  await live(district);
  await axe(district);
  await district.locator("main").getByRole("textbox", { name: /^哪个平台/ }).fill(label);
  await district.locator("main").getByRole("button", { name: "登记并发密钥", exact: true }).click();
  await expect(district.locator("main code.secret")).toHaveCount(2);

  await signIn("staff");
  await page.goto("/admin/reports/orders");
  await live(page);
  await axe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await shot("reports-orders");
  const csv = `工单编号,诉求类型,诉求内容,社区代码,姓名,电话,办理时限\n${number},求助,楼道的灯不亮了,${GRID},李大明,13812341234,2099-01-01\n`;
  const send = async (content: string) => {
    await main.locator("input[type=file]").setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
    await main.getByRole("combobox", { name: /哪个平台的/ }).selectOption({ label });
    await main.getByRole("button", { name: "看看每一行会怎样", exact: true }).click();
    await expect(page).toHaveURL(/orders\/import\?id=/);
  };
  await send(csv);
  await expect(main).toContainText("一行也没有导入");
  await expect(main).toContainText("第 2 行");
  await main.getByRole("link", { name: "换一个文件", exact: true }).click();
  await live(page);
  await send(csv.replace("2099-01-01", ""));
  await live(page);
  await expect(main).toContainText("新的 1 件");
  await axe(page);
  await main.getByRole("button", { name: "导入这些工单", exact: true }).click();
  await expect(page).toHaveURL(/done=imported/);
  const row = main.getByRole("listitem").filter({ hasText: number });
  await expect(row).toContainText("上报");

  // A wrong order: refused with its reason and the right door, it is to be given back.
  await row.getByRole("link", { name: /看办理过程/ }).click();
  await live(page);
  await expect(main).toContainText("楼道的灯不亮了");
  await expect(main).not.toContainText("李大明");
  await main.locator("summary").filter({ hasText: /^不在这里办$/ }).click();
  const refuse = main.locator("details[open]").filter({ has: page.getByRole("button", { name: "不予受理", exact: true }) });
  await refuse.getByRole("combobox").first().selectOption("elsewhere");
  await refuse.getByRole("textbox").first().fill("这盏灯归供电公司管。");
  await refuse.getByRole("button", { name: "不予受理", exact: true }).click();
  await expect(page).toHaveURL(/done=refuse/);
  await page.goto("/admin/reports/orders");
  await live(page);
  await expect(row).toContainText("退单");
  await expect(row).toContainText("这盏灯归供电公司管。");
  const file = await page.request.get("/admin/reports/orders/export?as=csv");
  expect(await file.text()).toContain(number);
  await main.getByRole("button", { name: "这一页的已经交还", exact: true }).click();
  await expect(page).toHaveURL(/done=given/);
  await expect(row).toHaveCount(0);
});
