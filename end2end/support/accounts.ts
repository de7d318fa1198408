// Signing in as one of the demonstration's people, by a code that the page shows.

import { type BrowserContext, expect, type Page } from "@playwright/test";

/** The roles as the application names them, and as the sign-in page of a demonstration lists its accounts. */
export const ROLES = {
  resident: "居民",
  group_lead: "居民小组长",
  grid_worker: "专职网格员",
  grid_lead: "网格长",
  staff: "社区工作人员",
  secretary: "社区书记",
  town_admin: "镇街管理员",
  district_admin: "区县管理员",
  city_admin: "市级管理员",
  supervisor: "居务监督委员会成员",
  owners_committee: "业委会成员",
  mediation: "综治中心工作人员",
  property: "物业人员",
  social_org: "社会组织人员",
  system_admin: "系统管理员",
  security_admin: "安全管理员",
  auditor: "审计员",
} as const;

export type Role = keyof typeof ROLES;
type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

export const phoneField = (page: Page) => page.getByRole("textbox", { name: /手机号/ });
export const codeField = (page: Page) => page.getByRole("textbox", { name: /验证码/ });
export const askForCode = (page: Page) => page.getByRole("button", { name: /验证码/ });
export const finish = (page: Page) => page.getByRole("button", { name: /^登录$/ });

/** The number of a demonstration's account, read from the list on the sign-in page, which has to be open. */
export async function phoneOf(page: Page, role: Role): Promise<string> {
  const lines = (await page.locator("main").innerText()).replaceAll(/(\d) (?=\d)/g, "$1");
  const at = lines.search(new RegExp(`(^|[\\s（·,，])${ROLES[role]}($|[\\s）·,，：:])`, "m"));
  const phone = at < 0 ? null : (/1\d{10}/.exec(lines.slice(at)) ?? null);
  if (!phone) throw new Error(`the sign-in page lists no account of ${ROLES[role]}:\n${lines}`);
  return phone[0];
}

/** The six digits that a demonstration shows. */
export async function shownCode(page: Page): Promise<string> {
  const line = page.locator("main").getByText(/(^|\D)\d{6}(\D|$)/).first();
  await expect(line).toBeVisible();
  return /(?:^|\D)(\d{6})(?:\D|$)/.exec((await line.textContent()) ?? "")?.[1] ?? "";
}

/** Asks for a code and types the one that the page shows; administrators show a second one. Works with and without script. */
export async function signInByCode(page: Page, role: Role): Promise<void> {
  await page.goto("/sign-in");
  await phoneField(page).fill(await phoneOf(page, role));
  await askForCode(page).click();
  await codeField(page).fill(await shownCode(page));
  await finish(page).click();
  await expect(page).not.toHaveURL(/\/sign-in(\/code)?(\?|$)/);
  if (!/factor/.test(page.url())) return;
  const factor = await shownCode(page);
  await page.getByRole("textbox").first().fill(factor);
  await page.locator("main").getByRole("button").first().click();
  await expect(page).not.toHaveURL(/factor/);
}

/** Sessions of one worker: a code for each test would run into the limits that protect people from being flooded. */
export class SignIns {
  readonly #cookies = new Map<Role, Cookies>();

  async signIn(page: Page, role: Role): Promise<void> {
    const kept = this.#cookies.get(role);
    if (kept) {
      await page.context().addCookies(kept);
      return;
    }
    await signInByCode(page, role);
    this.#cookies.set(role, await page.context().cookies());
  }
}
