// Signing in as one of the demonstration's people, by a code that the page shows.

import { type BrowserContext, expect, type Page } from "@playwright/test";

/** Telephone numbers of the demonstration's accounts, one a role. */
export const PHONES = {
  resident: "13800000001",
  grid_worker: "13800000002",
  secretary: "13800000003",
  community_staff: "13800000004",
  street_admin: "13800000005",
  system_admin: "13800000006",
  security_admin: "13800000007",
  auditor: "13800000008",
  property: "13800000009",
} as const;

export type Role = keyof typeof PHONES;
type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

/** Asks for a code and types the one that the page shows. Works with and without script. */
export async function signInByCode(page: Page, phone: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("textbox", { name: /手机号/ }).fill(phone);
  await page.getByRole("button", { name: /获取验证码|发送验证码/ }).click();
  await page.getByRole("textbox", { name: /验证码/ }).fill(await shownCode(page));
  await page.getByRole("button", { name: /^登录$/ }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** The six digits that a demonstration shows. */
export async function shownCode(page: Page): Promise<string> {
  const line = page.getByText(/演示.*\d{6}/).first();
  await expect(line).toBeVisible();
  return /\d{6}/.exec((await line.textContent()) ?? "")?.[0] ?? "";
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
    await signInByCode(page, PHONES[role]);
    this.#cookies.set(role, await page.context().cookies());
  }
}
