import { axe, expect, live, test } from "../fixtures";
import { askForCode, codeField, finish, phoneField, phoneOf, shownCode, signInByCode } from "../support/accounts";

test("signs in by a code, and out again", async ({ page, shot }) => {
  await page.goto("/sign-in");
  await live(page);
  await axe(page);
  await shot("sign-in");
  await signInByCode(page, "resident");
  await live(page);
  await page.goto("/me");
  await live(page);
  await axe(page);
  await shot("me");
  await page.getByRole("button", { name: /退出登录/ }).first().click();
  await expect(page.getByRole("link", { name: /登录/ }).first()).toBeVisible();
  expect((await page.context().cookies()).filter((cookie) => /session/i.test(cookie.name) && cookie.value !== "")).toEqual([]);
});

test("a wrong code is refused in words, and what was typed stays", async ({ page, watched, shot }) => {
  watched.allow(/^4\d\d .*\/(sign-in|api)/);
  await page.goto("/sign-in");
  await live(page);
  await phoneField(page).fill(await phoneOf(page, "grid_worker"));
  await askForCode(page).click();
  const right = await shownCode(page);
  await codeField(page).fill(right === "000000" ? "111111" : "000000");
  await finish(page).click();
  await expect(page.getByText(/验证码(不对|不正确|错误)/).first()).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
  await axe(page);
  await shot("sign-in-wrong");
});

test("a number that nobody has gets the same answer", async ({ page, browser, server }) => {
  await page.goto("/sign-in");
  const somebody = await phoneOf(page, "secretary");
  const words = async (phone: string) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
    const other = await context.newPage();
    await other.goto("/sign-in");
    await phoneField(other).fill(phone);
    await askForCode(other).click();
    await expect(codeField(other)).toBeVisible();
    const text = await other.locator("main").innerText();
    const status = await other.evaluate(() => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).responseStatus);
    await context.close();
    return { status, text: text.replaceAll(/\d/g, "0").replaceAll(/0+\*+0+/g, "") };
  };
  const known = await words(somebody);
  expect(await words("13999999999")).toEqual(known);
});

test("a number that is none is refused before anything is sent", async ({ page, watched }) => {
  watched.allow(/^4\d\d /);
  await page.goto("/sign-in");
  await live(page);
  await phoneField(page).fill("12345");
  await askForCode(page).click();
  await expect(page.getByText(/手机号.*(不对|不是|11 位|完整)/).first()).toBeVisible();
  await expect(phoneField(page)).toHaveValue("12345");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("signs in all the same", async ({ page }) => {
    await signInByCode(page, "staff");
    await page.goto("/me");
    await expect(page).toHaveURL(/\/me$/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});

test("pages of one's own lead to signing in, and back", async ({ page, watched }) => {
  watched.allow(/^401 .*\/me$/);
  await page.goto("/me");
  await expect(page.getByRole("link", { name: /登录/ }).or(phoneField(page)).first()).toBeVisible();
});
