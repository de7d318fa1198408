// The roles walk through the pages that their homes lead to: none is broken, none sticks out, none shuts anybody out.

import type { Page } from "@playwright/test";
import { axe, expect, forget, live, type Role, test } from "../fixtures";
import { ROLES } from "../support/accounts";

/** Enough to see all that a home offers, and an end to it. */
const MOST_PAGES = 14;
const ALWAYS = ["/", "/me", "/me/data", "/orgs/320581001", "/map/320581001"];

/**
 * Roles that see much the same pages are of one group. Each home is looked at; a page that several of a group lead to is
 * walked once, by the first of them. With `EVERY_ROLE=1` each role walks all of its own, which takes four times as long.
 */
const GROUPS: Record<Role, string> = {
  resident: "residents and their deputies",
  group_lead: "residents and their deputies",
  owners_committee: "residents and their deputies",
  supervisor: "residents and their deputies",
  grid_worker: "at the door",
  grid_lead: "at the door",
  secretary: "at the desk",
  staff: "at the desk",
  mediation: "at the desk",
  town_admin: "of an area",
  district_admin: "of an area",
  city_admin: "of an area",
  property: "partners",
  social_org: "partners",
  system_admin: "of the system",
  security_admin: "of the system",
  auditor: "of the system",
};

/** Pages that the present one links to from its bar and its body; no files, no other sites, nothing that signs out. */
async function leadsTo(page: Page): Promise<string[]> {
  const paths = await page.locator("nav a[href], main a[href]").evaluateAll((links) =>
    links.map((link) => new URL((link as HTMLAnchorElement).href)).filter((url) => url.origin === location.origin).map((url) => url.pathname),
  );
  return paths.filter((path) => !/^\/(api|appearance|sign-|map\/data|uploads|_ui|inbox\/)|\.\w+$/.test(path));
}

for (const group of new Set(Object.values(GROUPS))) {
  test(`${group}: each page that home leads to`, async ({ page, signIn, shot }) => {
    test.setTimeout(360_000);
    const walked = new Set<string>();
    for (const role of (Object.keys(GROUPS) as Role[]).filter((role) => GROUPS[role] === group)) {
      await test.step(ROLES[role], async () => {
        await forget(page);
        await signIn(role);
        await page.goto("/");
        await live(page);
        await expect(page.getByRole("link", { name: "登录或登记" })).toHaveCount(0);
        const own = [...new Set([...ALWAYS, ...(await leadsTo(page))])].slice(0, MOST_PAGES);
        const paths = process.env.EVERY_ROLE ? own : own.filter((path) => path === "/" || !walked.has(path));
        for (const path of paths) {
          walked.add(path);
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
  });
}
