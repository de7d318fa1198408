// The audit log: on which record something was done, and all that was done with it.

import { axe, expect, live, test } from "../fixtures";

test("the auditor sees on which record something was done, and follows that record", async ({ page, signIn, shot }) => {
  await signIn("auditor");
  await page.goto("/admin/audit?action=accounts.sign_in.code");
  await live(page);
  const rows = page.getByRole("table", { name: /审计日志/ }).locator("tbody tr");
  await expect(rows.first()).toContainText("用验证码登录");
  await expect(rows.first()).toContainText("accounts.sign_in.code");
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, "sticks out sideways").toBe(0);
  await axe(page);
  await shot("audit");

  const link = rows.first().getByRole("link", { name: /^只看这条记录/ });
  const record = new URL((await link.getAttribute("href")) ?? "", page.url()).searchParams.get("record") ?? "";
  expect(record).toMatch(/^[0-9a-f-]{36}$/);
  await link.click();
  await expect(page).toHaveURL(new RegExp(`/admin/audit\\?record=${record}$`));
  await expect(page.getByRole("textbox", { name: /^哪条记录/ })).toHaveValue(record);
  await expect(rows.filter({ hasNotText: record })).toHaveCount(0);
  await expect(rows.first()).toContainText(record);
});

test("a filter that cannot be used is told beside its field, and the others stay", async ({ page, signIn }) => {
  await signIn("auditor");
  await page.goto("/admin/audit");
  await live(page);
  await page.getByRole("textbox", { name: /^动作以什么开头/ }).fill("accounts.role");
  const record = page.getByRole("textbox", { name: /^哪条记录/ });
  await record.fill("第三条");
  await page.getByRole("button", { name: "筛选" }).click();
  await expect(page.locator("#f-record-error")).toContainText("记录号不对");
  await expect(record).toHaveValue("第三条");
  await expect(page.getByRole("textbox", { name: /^动作以什么开头/ })).toHaveValue("accounts.role");
  await axe(page);
});
