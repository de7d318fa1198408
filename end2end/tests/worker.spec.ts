// The service worker by itself: the real sw.js and the real shell, with pages made here, so that the network can go and versions can come.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { script, SITE } from "../support/site";
import { type Answer, serve } from "../support/site-server.mjs";

interface Stage {
  url: string;
  /** Answers from now on as if nobody were there. */
  gone: boolean;
  /** Answers to navigations are held back for this long (ms). */
  slow: number;
  version: number;
  visits: string[];
}

const test = base.extend<{ stage: Stage }>({
  stage: async ({ page }, use) => {
    const stage: Stage = { url: "", gone: false, slow: 0, version: 1, visits: [] };
    const html = (title: string, cache: string) => async (request: { socket: { destroy(): void }; url?: string }): Promise<Answer> => {
      stage.visits.push(request.url ?? "");
      if (stage.gone) request.socket.destroy();
      if (stage.slow) await new Promise((done) => setTimeout(done, stage.slow));
      return {
        headers: { "cache-control": cache },
        body: `<!doctype html><html lang="zh-CN" data-live><head><meta charset="utf-8"><title>${title}</title><script type="module" src="/listen.js"></script>
<script type="module" src="${script("register")}"></script></head><body><h1>${title}，第 ${stage.visits.length} 次</h1></body></html>`,
      };
    };
    const site = await serve([SITE], {
      "/": html("首页", "private, no-cache"),
      "/notices": html("公告", "private, no-cache"),
      "/secret": html("不留", "no-store"),
      "/me": html("我的", "private, no-cache"),
      "/listen.js": () => ({
        headers: { "content-type": "text/javascript" },
        body: "window.heard=[];for(const n of ['offline','online','update','seen'])window.addEventListener('linli:'+n,(e)=>window.heard.push([n,e.detail]));",
      }),
      "/api/v1/tree": (request) => {
        if (stage.gone) request.socket.destroy();
        return { headers: { "content-type": "application/json" }, body: `{"at":${stage.visits.length}}` };
      },
      "/sign-out": () => ({ status: 303, headers: { location: "/" }, body: "" }),
      "/sw.js": () => ({
        headers: { "content-type": "text/javascript" },
        body: `${readFileSync(resolve(SITE, "sw.js"), "utf8")}\n// version ${stage.version}`,
      }),
    });
    stage.url = site.url;
    await use(stage);
    await page.goto("about:blank");
    await site.close();
  },
});

declare global {
  interface Window {
    heard: [string, { seen?: string; text?: string }][];
    asked: number;
    linli: { update(): void; wipe(): Promise<void>; seen: string | null };
  }
}

/** Opens a page and waits until the worker rules it and has put down what it had to. */
async function installed(page: Page, stage: Stage): Promise<void> {
  await page.goto(stage.url);
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  await kept(page, "/");
}

const kept = (page: Page, path: string, there = true) =>
  expect
    .poll(() => page.evaluate(async (p) => Boolean(await caches.match(new URL(p, location.href).href, { ignoreVary: true })), path))
    .toBe(there);
const heard = (page: Page, name: string) => page.evaluate((wanted) => window.heard.filter(([n]) => n === wanted).map(([, detail]) => detail), name);

test("shows what was last seen, with its time, when there is no network", async ({ page, stage }) => {
  await installed(page, stage);
  await page.goto(`${stage.url}/notices`);
  const title = (await page.getByRole("heading").textContent()) as string;
  await kept(page, "/notices");
  stage.gone = true;
  await page.reload();
  await expect(page.getByRole("heading")).toHaveText(title);
  const [first] = await heard(page, "offline");
  expect(first?.text).toMatch(/^显示的是 \d+ 月 \d+ 日 \d\d:\d\d 的内容$/);
  expect(Math.abs(Date.parse(first?.seen as string) - Date.now())).toBeLessThan(60_000);
  // The very first page was fetched before there was a worker, and is kept all the same.
  await page.goto(stage.url);
  await expect(page.getByRole("heading")).toContainText("首页");
  stage.gone = false;
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-network", "online");
  expect(await page.evaluate(() => window.linli.seen)).toBeNull();
});

test("does not wait long for a page that it has", async ({ page, stage }) => {
  await installed(page, stage);
  await page.goto(`${stage.url}/notices`);
  await kept(page, "/notices");
  stage.slow = 20_000;
  const began = Date.now();
  await page.reload();
  expect(Date.now() - began).toBeLessThan(12_000);
  expect(await page.evaluate(() => window.linli.seen)).not.toBeNull();
  stage.slow = 0;
});

test("starts the shell where nothing was seen, and never keeps what is not to be kept", async ({ page, stage }) => {
  await installed(page, stage);
  for (const path of ["/me", "/secret"]) {
    await page.goto(stage.url + path);
    await expect(page.getByRole("heading")).toBeVisible();
  }
  // What is asked for later is put down later.
  await page.goto(`${stage.url}/notices`);
  await kept(page, "/notices");
  await kept(page, "/me", false);
  await kept(page, "/secret", false);
  stage.gone = true;
  await page.goto(`${stage.url}/me`);
  await expect(page.locator("html")).toHaveAttribute("data-bundle", /^\/pkg\/.+\.js$/);
  await expect(page.locator("html")).toHaveAttribute("data-network", "offline");
  await expect(page.getByText("我的，第")).toHaveCount(0);
});

test("answers versioned data from its copy, and says so", async ({ page, stage }) => {
  await installed(page, stage);
  await page.goto(`${stage.url}/notices`);
  const read = () => page.evaluate(() => fetch("/api/v1/tree").then((response) => response.json()));
  const before = await read();
  await kept(page, "/api/v1/tree");
  stage.gone = true;
  expect(await read()).toEqual(before);
  await expect.poll(() => heard(page, "seen")).toMatchObject([{ url: `${stage.url}/api/v1/tree`, text: expect.stringContaining("显示的是") }]);
});

for (const [how, act] of Object.entries({
  "on request": (page: Page) => page.evaluate(() => window.linli.wipe()),
  "at signing out": (page: Page) => page.evaluate(() => fetch("/sign-out", { method: "POST" }).then(() => undefined)),
})) {
  test(`forgets everything seen ${how}`, async ({ page, stage }) => {
    await installed(page, stage);
    await page.evaluate(() => fetch("/api/v1/tree").then((response) => response.text()));
    await kept(page, "/api/v1/tree");
    await act(page);
    await kept(page, "/api/v1/tree", false);
    await kept(page, "/", false);
    stage.gone = true;
    await page.goto(stage.url);
    await expect(page.locator("html")).toHaveAttribute("data-bundle", /./);
  });
}

test("offers an update and takes it only when asked", async ({ page, stage }) => {
  await installed(page, stage);
  await page.goto(`${stage.url}/notices`);
  expect(await heard(page, "update")).toEqual([]);
  stage.version = 2;
  await page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));
  await expect.poll(() => heard(page, "update")).toHaveLength(1);
  await expect(page.locator("html")).toHaveAttribute("data-update", "waiting");
  const visits = stage.visits.length;
  // Installed and no further: a page is loaded anew only when another worker has come to rule it.
  const waiting = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state);
  await expect.poll(waiting).toBe("installed");
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
  expect(stage.visits).toHaveLength(visits);
  await page.evaluate(() => window.linli.update());
  await expect(page.locator("html")).not.toHaveAttribute("data-update", /./);
  await expect.poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))).toBe(false);
  await expect(page.getByRole("heading")).toContainText("公告");
});

test("stays away inside WeChat", async ({ browser, stage }) => {
  const context = await browser.newContext({ userAgent: "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0.49" });
  // Whether it is asked for at all; that happens when the page has loaded, for which `goto` waits.
  await context.addInitScript(() => {
    window.asked = 0;
    const register = ServiceWorkerContainer.prototype.register;
    ServiceWorkerContainer.prototype.register = function (...how) {
      window.asked += 1;
      return register.apply(this, how);
    };
  });
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.waitForFunction(() => Boolean(window.linli));
  expect(await page.evaluate(() => window.asked)).toBe(0);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await page.evaluate(() => window.linli.wipe());
  await context.close();
});
