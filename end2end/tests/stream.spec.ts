// The event stream's side in the browser by itself: the real register.js in several pages, over a server made here that tells what a test says.

import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { test as base, type BrowserContext, expect, type Page } from "@playwright/test";
import { script, SITE } from "../support/site";
import { type Answer, serve } from "../support/site-server.mjs";

interface Told {
  seq: number;
  topic: string;
  kind: string;
  subject: string | null;
  data: { n: number };
  json: string;
}
declare global {
  interface Window {
    told: Told[];
    resets: number[];
    stops: (() => void)[];
  }
}
type Listening = Window & { linli: { listen(topics: string[], after: number): () => void } };

/** The server's log and its open streams; it resumes and filters as the real one does. */
class Stage {
  url = "";
  log: { seq: number; topic: string }[] = [];
  open = new Set<{ body: PassThrough; topics: string[] }>();
  /** `topics after` of every request, in order. */
  asked: string[] = [];
  most = 0;
  /** Refuses what is answered with true. */
  refuse: (topics: string[]) => boolean = () => false;
  /** Earlier events are no longer kept. */
  keptFrom = 0;

  answer(request: IncomingMessage): Answer {
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    const topics = (query.get("topics") ?? "").split(",");
    const after = Number(query.get("after"));
    this.asked.push(`${topics} ${after}`);
    if (this.refuse(topics)) return { status: 401, headers: { "content-type": "application/json" }, body: "{}" };
    const stream = { body: new PassThrough(), topics };
    this.open.add(stream);
    this.most = Math.max(this.most, this.open.size);
    request.socket.on("close", () => this.open.delete(stream));
    stream.body.write(": here\n\n");
    const now = this.log.at(-1)?.seq ?? 0;
    if (after < this.keptFrom) stream.body.write(`event: reset\nid: ${now}\ndata: ${now}\n\n`);
    else for (const event of this.log) if (event.seq > after) this.#write(stream, event);
    return { headers: { "content-type": "text/event-stream", "cache-control": "no-store" }, body: stream.body };
  }

  #write({ body, topics }: { body: PassThrough; topics: string[] }, { seq, topic }: { seq: number; topic: string }): void {
    const data = { topic, kind: "test", subject: null, data: { n: seq } };
    if (topics.includes(topic)) body.write(`id: ${seq}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  tell(seq: number, topic: string): void {
    this.log.push({ seq, topic });
    for (const stream of this.open) this.#write(stream, { seq, topic });
  }

  /** As when a server stops. */
  cut(): void {
    for (const { body } of this.open) body.end();
    this.open.clear();
  }
}

const test = base.extend<{ stage: Stage }>({
  stage: async ({ context }, use) => {
    const stage = new Stage();
    const page = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>页</title><script type="module" src="/note.js"></script>
<script type="module" src="${script("register")}"></script></head><body></body></html>`;
    const site = await serve([SITE], {
      "/": page,
      "/other": page,
      "/sw.js": () => ({ status: 404, body: "" }),
      "/note.js": () => ({
        headers: { "content-type": "text/javascript" },
        body: `window.told=[];window.resets=[];window.stops=[];
window.addEventListener('linli:event',(e)=>window.told.push(e.detail));window.addEventListener('linli:reset',(e)=>window.resets.push(e.detail.seq));`,
      }),
      "/events": (request) => stage.answer(request),
    });
    stage.url = site.url;
    await use(stage);
    await context.close();
    await site.close();
  },
});

async function tab(context: BrowserContext, stage: Stage): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.waitForFunction(() => Boolean((window as unknown as Listening).linli));
  return page;
}
const listen = (page: Page, topics: string[], after: number) =>
  page.evaluate(([t, a]) => void window.stops.push((window as unknown as Listening).linli.listen(t, a)), [topics, after] as const);
const told = (page: Page) => page.evaluate(() => window.told.map(({ seq }) => seq));
/** After a refusal the script waits for up to a quarter of a minute before it comes again. */
const streams = (stage: Stage, count: number) => expect.poll(() => stage.open.size, { timeout: 30_000 }).toBe(count);

test("opens nothing before somebody listens, and closes when nobody does any more", async ({ context, stage }) => {
  const page = await tab(context, stage);
  await listen(page, ["orgs"], 7);
  await streams(stage, 1);
  // The first thing that was ever asked.
  expect(stage.asked).toEqual(["orgs 7"]);
  stage.tell(8, "orgs");
  await expect.poll(() => told(page)).toEqual([8]);
  const [first] = await page.evaluate(() => window.told);
  expect(first).toEqual({ seq: 8, topic: "orgs", kind: "test", subject: null, data: { n: 8 }, json: expect.any(String) });
  expect(JSON.parse(first?.json ?? "")).toEqual({ topic: "orgs", kind: "test", subject: null, data: { n: 8 } });
  await page.evaluate(() => window.stops.forEach((stop) => stop()));
  await streams(stage, 0);
});

test("two pages of one browser hold one connection, and each hears what it wants", async ({ context, stage }) => {
  const [first, second] = [await tab(context, stage), await tab(context, stage)];
  await listen(first, ["orgs"], 0);
  await streams(stage, 1);
  stage.tell(1, "orgs");
  await expect.poll(() => told(first)).toEqual([1]);

  // The union grows: the stream is opened again, at the smallest place that is needed.
  await listen(second, ["grid", "orgs"], 1);
  await expect.poll(() => stage.asked).toEqual(["orgs 0", "grid,orgs 1"]);
  await streams(stage, 1);
  stage.tell(2, "orgs");
  stage.tell(3, "grid");
  stage.tell(4, "site");
  await expect.poll(() => told(second)).toEqual([2, 3]);
  await expect.poll(() => told(first)).toEqual([1, 2]);

  // A page that was rendered earlier gets what it missed, and nobody hears it twice.
  const third = await tab(context, stage);
  await listen(third, ["orgs"], 0);
  await expect.poll(() => told(third)).toEqual([1, 2]);
  stage.tell(5, "orgs");
  for (const page of [first, second, third]) await expect.poll(async () => (await told(page)).at(-1)).toBe(5);
  expect(await Promise.all([first, second, third].map(told))).toEqual([[1, 2, 5], [2, 3, 5], [1, 2, 5]]);
  await streams(stage, 1);
});

for (const [how, leave] of Object.entries({
  "closes": (page: Page) => page.close({ runBeforeUnload: true }),
  "is killed": (page: Page) => page.close(),
  "goes to another page": (page: Page) => page.goto(new URL("/other", page.url()).href),
})) {
  test(`when the page that holds the stream ${how}, another takes over without gap or repetition`, async ({ context, stage }) => {
    const [first, second, third] = [await tab(context, stage), await tab(context, stage), await tab(context, stage)];
    await listen(first, ["orgs"], 0);
    await streams(stage, 1);
    await listen(second, ["orgs"], 0);
    await listen(third, ["grid", "orgs"], 0);
    await expect.poll(() => stage.asked.at(-1)).toBe("grid,orgs 0");
    await streams(stage, 1);
    let seq = 0;
    const next = () => stage.tell(++seq, seq % 4 ? "orgs" : "grid");
    while (seq < 40) next();
    await expect.poll(async () => (await told(third)).length).toBe(40);
    const before = stage.asked.length;
    // Events go on while the lead changes, and after it has.
    const going = (async () => {
      for (let more = 30; more > 0; more -= stage.asked.length > before ? 1 : 0) {
        next();
        await new Promise((done) => setTimeout(done, 10));
      }
    })();
    await leave(first);
    await going;
    const all = Array.from({ length: seq }, (_, i) => i + 1);
    await expect.poll(() => told(second)).toEqual(all.filter((seq) => seq % 4));
    await expect.poll(() => told(third)).toEqual(all);
    await streams(stage, 1);
    // Resumed, not told from the beginning.
    expect(stage.asked).toHaveLength(before + 1);
    expect(Number(stage.asked.at(-1)?.split(" ")[1])).toBeGreaterThanOrEqual(39);
  });
}

test("comes back after the server has gone, from where it was", async ({ context, stage }) => {
  const page = await tab(context, stage);
  await listen(page, ["orgs"], 0);
  await streams(stage, 1);
  stage.tell(1, "orgs");
  await expect.poll(() => told(page)).toEqual([1]);
  stage.cut();
  stage.tell(2, "orgs");
  await expect.poll(() => told(page)).toEqual([1, 2]);
  expect(stage.asked).toEqual(["orgs 0", "orgs 1"]);
});

test("what one page may not hear does not silence the others", async ({ context, stage }) => {
  stage.refuse = (topics) => topics.includes("user/1");
  const [first, second] = [await tab(context, stage), await tab(context, stage)];
  await listen(first, ["user/1"], 0);
  await expect.poll(() => stage.asked.length).toBe(1);
  await listen(second, ["orgs"], 0);
  await streams(stage, 1);
  stage.tell(1, "orgs");
  await expect.poll(() => told(second)).toEqual([1]);
  expect(await told(first)).toEqual([]);
  // Signed in: a new page asks, and it is allowed.
  stage.refuse = () => false;
  stage.tell(2, "user/1");
  await listen(await tab(context, stage), ["orgs"], 2);
  await expect.poll(() => told(first)).toEqual([2]);
  await streams(stage, 1);
});

test("says so when what was missed is no longer kept", async ({ context, stage }) => {
  stage.tell(90, "orgs");
  stage.keptFrom = 80;
  const page = await tab(context, stage);
  await listen(page, ["orgs"], 5);
  await expect.poll(() => page.evaluate(() => window.resets)).toEqual([90]);
  stage.tell(91, "orgs");
  await expect.poll(() => told(page)).toEqual([91]);
});

test("without locks each page has its own stream", async ({ context, stage }) => {
  await context.addInitScript("delete Navigator.prototype.locks");
  const [first, second] = [await tab(context, stage), await tab(context, stage)];
  await listen(first, ["orgs"], 0);
  await listen(second, ["orgs"], 0);
  await streams(stage, 2);
  stage.tell(1, "orgs");
  for (const page of [first, second]) await expect.poll(() => told(page)).toEqual([1]);
});

test("a page in the back/forward cache holds nothing, and catches up when it returns", async ({ context, stage }) => {
  const page = await tab(context, stage);
  await listen(page, ["orgs"], 0);
  await streams(stage, 1);
  // As the browser tells a page that it keeps; Chromium under Playwright keeps none.
  await page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await streams(stage, 0);
  stage.tell(1, "orgs");
  expect(await page.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(0);
  await page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await expect.poll(() => told(page)).toEqual([1]);
  expect(stage.most).toBe(1);
});
