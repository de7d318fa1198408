// Forms without script: what was typed comes back when one is refused, and what is answered is shown.

import { axe, expect, live, test } from "../fixtures";
import { askForCode, codeField, finish, phoneField, shownCode } from "../support/accounts";
import { totp } from "../support/totp";
import type { Page } from "@playwright/test";

/** Comes to the registration form with a number that nobody has, and the grids of 花园浜 to choose from. */
async function toRegistration(page: Page, phone: string): Promise<void> {
  await page.goto("/sign-in");
  await phoneField(page).fill(phone);
  await askForCode(page).click();
  await codeField(page).fill(await shownCode(page));
  await finish(page).click();
  await expect(page).toHaveURL(/\/register$/);
  await page.getByRole("searchbox").fill("花园浜");
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("radio").first()).toBeVisible();
}

const nothingTypedIn = (page: Page, ...words: string[]) => {
  for (const word of words) expect(decodeURIComponent(page.url())).not.toContain(word);
};

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in gives back a faulty number", async ({ page, shot }) => {
    await page.goto("/sign-in");
    await phoneField(page).fill("1381234");
    await askForCode(page).click();
    await expect(page.getByText(/手机号.*(不对|不是|11 位|完整)/).first()).toBeVisible();
    await expect(phoneField(page)).toHaveValue("1381234");
    nothingTypedIn(page, "1381234");
    await shot("plain-sign-in-refused");
    await page.reload();
    await expect(phoneField(page), "it comes back once").toHaveValue("");
  });

  test("a password is typed anew, the number is not", async ({ page }) => {
    await page.goto("/sign-in?by=password");
    await phoneField(page).fill("13700000001");
    await page.getByLabel("密码", { exact: true }).fill("no-such-password");
    await finish(page).click();
    await expect(page.getByText(/密码不对/).first()).toBeVisible();
    await expect(phoneField(page)).toHaveValue("13700000001");
    await expect(page.getByLabel("密码", { exact: true })).toHaveValue("");
    expect(await page.content()).not.toContain("no-such-password");
  });

  test("registering: a refused form keeps grid, name, door and ticks", async ({ page, shot }) => {
    await toRegistration(page, "13700000002");
    await page.getByRole("radio").nth(1).check();
    const grid = await page.getByRole("radio").nth(1).inputValue();
    await page.getByLabel(/^姓名/).fill("纸笔");
    await page.getByLabel(/^门牌/).fill("7 幢 <b>\"2\"</b> & 301 室");
    await page.getByLabel(/已满 14 周岁/).check();
    await page.getByRole("button", { name: "登记", exact: true }).click();
    await expect(page.getByText(/看过请打勾/).first()).toBeVisible();
    await expect(page.getByRole("radio", { checked: true })).toHaveValue(grid);
    await expect(page.getByLabel(/^姓名/)).toHaveValue("纸笔");
    await expect(page.getByLabel(/^门牌/)).toHaveValue("7 幢 <b>\"2\"</b> & 301 室");
    await expect(page.getByLabel(/已满 14 周岁/)).toBeChecked();
    await expect(page.getByLabel(/我看过了/)).not.toBeChecked();
    nothingTypedIn(page, "纸笔", "301");
    await shot("plain-register-refused");
    await page.getByLabel(/我看过了/).check();
    await page.getByRole("button", { name: "登记", exact: true }).click();
    await expect(page).toHaveURL(/\/me\?done=registered/);
    await expect(page.locator("main")).toContainText("等网格员核实");
  });

  test("one of several forms of a page is refused: it alone says so and keeps what was typed", async ({ page, signIn }) => {
    await signIn("resident");
    await page.goto("/me/relatives");
    await page.getByLabel(/^孩子的姓名/).fill("演示·小朋友");
    await page.getByLabel(/^出生日期/).fill("2020-02-29");
    await page.getByRole("button", { name: "为孩子登记" }).click();
    await expect(page.getByRole("alert")).toHaveCount(1);
    await expect(page.getByLabel(/^孩子的姓名/)).toHaveValue("演示·小朋友");
    await expect(page.getByLabel(/^出生日期/)).toHaveValue("2020-02-29");
    await expect(page.getByLabel(/^亲友的手机号/)).toHaveValue("");
  });

  test("a form of the organisation keeps what was typed", async ({ page, signIn }) => {
    await signIn("district_admin");
    await page.goto("/orgs/320581001001/edit");
    await page.locator("summary").getByText("更名", { exact: true }).click();
    const form = page.locator("#form-rename");
    await form.getByLabel("新名称").fill("花园浜新社区居民委员会");
    await form.getByLabel("生效日期").fill("2099-01-01");
    await form.getByRole("button", { name: "更名" }).click();
    await expect(form.getByText(/不能晚于今天/).first()).toBeVisible();
    await expect(form.getByLabel("新名称")).toHaveValue("花园浜新社区居民委员会");
    await expect(form.getByLabel("生效日期")).toHaveValue("2099-01-01");
  });

  test("the recovery codes are shown once", async ({ page, signIn, shot }) => {
    await signIn("group_lead");
    await page.goto("/me/security");
    await page.getByRole("button", { name: /启用动态口令|换手机/ }).click();
    const secret = await page.locator("code.secret").innerText();
    await page.getByLabel(/验证器里的数字/).fill("000000");
    await page.getByRole("button", { name: "启用", exact: true }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.getByLabel(/验证器里的数字/)).toHaveValue("");
    await page.getByLabel(/验证器里的数字/).fill(totp(secret));
    await page.getByRole("button", { name: "启用", exact: true }).click();
    await expect(page.locator(".recovery code").first()).toHaveText(/\S{6,}/);
    expect(await page.locator(".recovery code").count()).toBeGreaterThanOrEqual(8);
    await shot("plain-recovery-codes");
    await page.reload();
    await expect(page.locator(".recovery")).toHaveCount(0);
    await expect(page.locator("main")).toContainText(/备用码还剩 \d+ 个/);
  });

  test("a resident's details are shown to whoever gives a reason, and what was typed comes back to whoever does not", async ({ page, signIn, shot }) => {
    await signIn("grid_worker");
    await page.goto("/residents/pending");
    const open = async () => {
      const fold = page.locator("details").filter({ hasText: "看完整信息" }).first();
      if (!(await fold.evaluate((details: HTMLDetailsElement) => details.open))) await fold.locator("summary").click();
      return fold;
    };
    let fold = await open();
    await fold.getByLabel(/为什么要看/).selectOption("other");
    await fold.getByRole("button", { name: "看", exact: true }).click();
    fold = page.locator("details[open]");
    await expect(fold).toHaveCount(1);
    await expect(fold.getByText(/请写明为什么要看/).first()).toBeVisible();
    await expect(fold.getByLabel(/为什么要看/)).toHaveValue("other");
    await fold.getByLabel(/补充说明/).fill("电话里说好上门");
    await fold.getByRole("button", { name: "看", exact: true }).click();
    await expect(page.locator("main")).toContainText(/演示·新居民.*13900000018.*5 幢 1 单元 302 室/s);
    await shot("plain-unmasked");
    await page.reload();
    await expect(page.locator("main")).not.toContainText("302 室");
  });
});

test.describe("before the script has come", () => {
  // A worker would have the scripts already.
  test.use({ serviceWorkers: "block" });

  test("a form that is sent keeps what was typed, and the page is taken over with it", async ({ page, watched, shot }) => {
    watched.allow(/ERR_FAILED|Failed to fetch|failed: .*\/pkg\//, /modulepreload|preload/);
    await page.route("**/pkg/**/*.{js,wasm}", (route) => route.abort());
    await toRegistration(page, "13700000003");
    await page.getByRole("radio").first().check();
    await page.getByLabel(/^姓名/).fill("心急");
    await page.getByLabel(/^门牌/).fill("1 幢 101 室");
    await page.unroute("**/pkg/**/*.{js,wasm}");
    await page.getByRole("button", { name: "登记", exact: true }).click();
    await expect(page).toHaveURL(/__err=/);
    await live(page);
    await expect(page.getByLabel(/^姓名/)).toHaveValue("心急");
    await expect(page.getByLabel(/^门牌/)).toHaveValue("1 幢 101 室");
    await expect(page.getByRole("radio").first()).toBeChecked();
    await expect(page.getByText(/看过请打勾/).first()).toBeVisible();
    await axe(page);
    await shot("register-taken-over");
    await page.getByLabel(/已满 14 周岁/).check();
    await page.getByLabel(/我看过了/).check();
    await page.getByRole("button", { name: "登记", exact: true }).click();
    await expect(page).toHaveURL(/\/me\?done=registered/);
  });
});
