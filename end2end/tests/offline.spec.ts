// With a server of its own, because it goes away.

import { mkdtemp, rm, cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, live, test as base } from "../fixtures";
import { type Linli, serve } from "../support/linli";

const test = base.extend<{ own: Linli }>({
  own: async ({ page, watched, server: _ }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), "linli-offline-"));
    await cp(process.env.LINLI_TEST_DEMO as string, folder, { recursive: true });
    const own = await serve(folder, `sqlite:${join(folder, "linli.db")}`, `offline-${info.parallelIndex}`);
    // Without a server every request fails; that is what these tests are about.
    watched.allow(/^failed: net::ERR_/, /ERR_CONNECTION_REFUSED|Failed to fetch|NetworkError/);
    await use(own);
    await page.goto("about:blank");
    await own.kill();
    await rm(folder, { recursive: true, force: true });
  },
});

/** The worker rules the page, has the shell and has kept this page. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", undefined, { timeout: 30_000 });
  await expect.poll(() => page.evaluate(async () => Boolean(await caches.match(location.href, { ignoreVary: true })))).toBe(true);
}

test("shows what was last seen and its time, and stays usable", async ({ page, own, shot }) => {
  await page.goto(own.url);
  await live(page);
  await kept(page);
  await page.goto(`${own.url}/orgs/320581`);
  await live(page);
  await kept(page);
  const title = await page.getByRole("heading", { level: 1 }).textContent();
  await own.kill();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title as string);
  await live(page);
  await expect(page.getByText(/显示的是 \d+ 月 \d+ 日 \d\d:\d\d 的内容/)).toBeVisible();
  await shot("offline-seen");
});

test("starts without a server where nothing was seen", async ({ page, own, shot }) => {
  await page.goto(own.url);
  await live(page);
  await kept(page);
  await own.kill();
  await page.goto(`${own.url}/orgs/320582`);
  // The application itself, not only a sentence: its bar is there and answers.
  await live(page);
  await expect(page.getByRole("navigation", { name: "主要去处" })).toBeVisible();
  await expect(page.locator("#offline")).toHaveCount(0);
  await shot("offline-start");
});
