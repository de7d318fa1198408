// What every test of the application has: a server with the demonstration, and a page that tolerates no complaint.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { type Role, SignIns } from "./support/accounts";
import { type Linli, run, serve } from "./support/linli";
import { freshDatabase } from "./support/postgres";
import { expectQuiet, type Watch, watch } from "./support/watch";

export { axe } from "./support/axe";
export { expect };
export type { Role };

interface ForTest {
  /** What the page's browser may complain of in this test. */
  watched: Watch;
  /** Signs in by a code that the page shows, once a worker and role; later tests take the cookies. */
  signIn(role: Role): Promise<void>;
  /** A screenshot to look at: screenshots/PROJECT/NAME.png. With `CI` set none is taken, unless `SHOTS` is too. */
  shot(name: string): Promise<void>;
  /** Two servers on one PostgreSQL, of this test alone: it may kill them. */
  pair: [Linli, Linli];
}

interface ForWorker {
  server: Linli;
  signIns: SignIns;
}

export const test = base.extend<ForTest, ForWorker>({
  server: [
    async ({}, use, worker) => {
      const demo = process.env.LINLI_TEST_DEMO;
      if (!demo) throw new Error(`no demonstration to test with: ${process.env.LINLI_TEST_DEMO_PROBLEM}`);
      const folder = await mkdtemp(join(tmpdir(), "linli-e2e-"));
      await cp(demo, folder, { recursive: true });
      const server = await serve(folder, `sqlite:${join(folder, "linli.db")}`, `linli-${worker.parallelIndex}`);
      await use(server);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],

  signIns: [async ({}, use) => use(new SignIns()), { scope: "worker" }],

  pair: [
    async ({}, use, info) => {
      const folder = await mkdtemp(join(tmpdir(), "linli-pair-"));
      const database = await freshDatabase();
      // PostgreSQL may be shared by several machines, so its keys are given, not made beside it.
      const keys = { LINLI_KEYS: (await run(folder, ["keys", "new"])).trim() };
      await run(folder, ["demo", "--database-url", database.url], keys);
      const names = [0, 1].map((i) => `pair-${info.parallelIndex}-${i}`) as [string, string];
      const first = await serve(folder, database.url, names[0], keys);
      const second = await serve(folder, database.url, names[1], keys);
      await use([first, second]);
      await first.stop();
      await second.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
    { timeout: 180_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  // Automatic, so that no test forgets to look.
  watched: [
    async ({ page }, use) => {
      const watched = watch(page);
      await use(watched);
      expectQuiet(watched);
    },
    { auto: true },
  ],

  signIn: async ({ page, signIns }, use) => use((role) => signIns.signIn(page, role)),

  shot: async ({ page }, use, info) =>
    use(async (name) => {
      // Nobody looks at those of a run that only tells whether all is well, and each takes a third of a second.
      if (process.env.CI && !process.env.SHOTS) return;
      await page.screenshot({ path: join(import.meta.dirname, "screenshots", info.project.name, `${name}.png`), fullPage: true, animations: "disabled" });
    }),
});

/** The page's scripts have taken over what the server sent. */
export async function live(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-live", "", { timeout: 20_000 });
}

/** Forgets who is signed in. The page is left first: one that still listens would be refused as soon as its session is gone. */
export async function forget(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}
