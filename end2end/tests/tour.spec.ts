// Every role walks through the pages that its home leads to: none is broken, none sticks out, none shuts anybody out.

import type { Page } from "@playwright/test";
import { axe, expect, live, type Role, test } from "../fixtures";
import { ROLES } from "../support/accounts";

/** Enough to see all that a home offers, and an end to it. */
const MOST_PAGES = 14;
const ALWAYS = ["/", "/me", "/me/data", "/orgs/320581001", "/map/320581001"];

/** Pages that the present one links to from its bar and its body; no files, no other sites, nothing that signs out. */
async function leadsTo(page: Page): Promise<string[]> {
  const paths = await page.locator("nav a[href], main a[href]").evaluateAll((links) =>
    links.map((link) => new URL((link as HTMLAnchorElement).href)).filter((url) => url.origin === location.origin).map((url) => url.pathname),
  );
  return paths.filter((path) => !/^\/(api|appearance|sign-|map\/data|uploads|_ui)|\.\w+$/.test(path));
}

for (const role of Object.keys(ROLES) as Role[]) {
  test(`${ROLES[role]}: each page that home leads to`, async ({ page, signIn, shot }) => {
    test.setTimeout(240_000);
    await signIn(role);
    await page.goto("/");
    await live(page);
    await expect(page.getByRole("link", { name: "登录或登记" })).toHaveCount(0);
    const paths = [...new Set([...ALWAYS, ...(await leadsTo(page))])].slice(0, MOST_PAGES);
    for (const path of paths) {
      await test.step(path, async () => {
        const response = await page.goto(path);
        expect(response?.status(), path).toBe(200);
        await live(page);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${path} sticks out`).toBe(0);
        await axe(page);
        await shot(`tour-${role}${path === "/" ? "-home" : path.replaceAll("/", "-")}`);
      });
    }
  });
}
