// How it goes: what anybody is told of a town, what those who handle matters there see, and what they take along.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const TOWN = "320581001";
const main = (page: Page) => page.locator("main");
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const title = (page: Page) => page.getByRole("heading", { level: 1 });

test("anybody is told how it goes, and who handles matters there sees all of it and takes it along", async ({ page, signIn, shot }) => {
  test.setTimeout(120_000);
  await page.goto(`/reports/figures?node=${TOWN}`);
  await live(page);
  await expect(title(page)).toContainText("虞山街道");
  await expect(main(page)).toContainText("少于 5 件的不显示");
  await expect(main(page).getByRole("link", { name: "台账 CSV" })).toHaveCount(0);
  await expect(main(page).getByRole("table", { name: "由谁发起", exact: true })).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-figures-public");
  // Days of one's own would tell of single matters.
  const own = await page.request.get(`/api/v1/reports/figures?node=${TOWN}&from=2026-01-05&to=2026-01-06`);
  expect(own.status()).toBe(422);
  expect((await page.request.get(`/reports/ledger?node=${TOWN}`)).status()).toBe(401);

  await signIn("town_admin");
  await page.goto(`/reports/figures?node=${TOWN}`);
  await live(page);
  for (const figure of ["响应率", "按期办结率", "解决率", "满意率"]) await expect(main(page).locator(".figure-block").filter({ hasText: figure })).toContainText(/%|—/);
  await main(page).locator("summary").filter({ hasText: "看表格：下级单位" }).click();
  const areas = main(page).getByRole("table", { name: "下级单位，按编码排列" });
  await expect(areas).toBeVisible();
  await axe(page);
  expect(await sideways(page)).toBe(0);
  await shot("reports-figures");

  // In the first days of a year, the last one: most of the demonstration lies in it.
  const year = new Date(Date.now() - 20 * 86_400_000).getFullYear();
  await main(page).getByRole("navigation", { name: "哪段时间" }).getByRole("link", { name: `${year} 年`, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`period=${year}$`));
  // The address is there before what it asks for: until then the links below are those of the quarter.
  await expect(main(page).locator(".eyebrow")).toHaveText(`${year} 年`);
  await expect(main(page).getByRole("heading", { name: "各环节用时" })).toBeVisible();

  const href = (await main(page).getByRole("link", { name: "台账 CSV" }).getAttribute("href")) ?? "";
  const ledger = await page.request.get(href);
  expect(ledger.status()).toBe(200);
  expect(ledger.headers()["content-type"]).toContain("text/csv");
  const text = await ledger.text();
  expect(text.split("\r\n")[0]).toContain("编号");
  expect(text.split("\r\n").length).toBeGreaterThan(2);
  expect(text).not.toMatch(/(^|\D)1[3-9]\d{9}(\D|$)/);
  const sheet = await page.request.get((await main(page).getByRole("link", { name: "指标 Excel" }).getAttribute("href")) ?? "");
  expect((await sheet.body()).subarray(0, 2).toString()).toBe("PK");

  // Below it: a community, whose grids are told by how much, and nothing more.
  await page.goto(`/reports/figures?node=${TOWN}&period=${year}`);
  await live(page);
  await main(page).locator("summary").filter({ hasText: "看表格：下级单位" }).click();
  await areas.getByRole("link").first().click();
  await expect(page).toHaveURL(/node=320581001\d{3}&/);
  await expect(title(page)).not.toContainText("虞山街道");
  await expect(main(page).getByRole("heading", { name: "现在在办" })).toBeVisible();
  await expect(areas.getByRole("columnheader", { name: "满意率" })).toHaveCount(0);
});
