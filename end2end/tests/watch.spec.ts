// The watcher itself: if it were blind, every other test would be.

import { expect, test } from "@playwright/test";
import { serve } from "../support/site-server.mjs";
import { watch } from "../support/watch";

const page = (body: string) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`;
const script = (body: string) => () => ({ headers: { "content-type": "text/javascript" }, body });

const FAULTS: [string, string, RegExp][] = [
  ["a script that the policy forbids", "<script>document.title = 'y'</script>", /console error: .*Content Security Policy/],
  ["a style that the policy forbids", "<p style='color: red'>x</p>", /console error: .*Content Security Policy/],
  ["an exception", "<script src='/throws.js'></script>", /uncaught: gone wrong/],
  ["a console error", "<script src='/complains.js'></script>", /console error: a panic/],
  ["a warning about hydration", "<script src='/warns.js'></script>", /console warning: hydration mismatch/],
  ["a file that is not there", "<img src='/none.png' alt=''>", /^404 .*\/none\.png/],
  ["a request that nobody answers", "<script src='/drops.js'></script>", /^failed: .*\/drops\.js/],
];

for (const [name, body, complaint] of FAULTS) {
  test(`sees ${name}`, async ({ page: tab }) => {
    const site = await serve([], {
      "/": page(body),
      "/throws.js": script("throw new Error('gone wrong')"),
      "/complains.js": script("console.error('a panic')"),
      "/warns.js": script("console.warn('hydration mismatch')"),
      "/drops.js": (request) => {
        request.socket.destroy();
        return { body: "" };
      },
    });
    const watched = watch(tab);
    await tab.goto(site.url);
    await expect.poll(() => watched.complaints().join("\n")).toMatch(new RegExp(complaint.source, "m"));
    watched.allow(complaint);
    expect(watched.complaints()).toEqual([]);
    await site.close();
  });
}

test("is quiet where nothing is wrong", async ({ page: tab }) => {
  const site = await serve([], { "/": page("<p>x</p><script src='/fine.js'></script>"), "/fine.js": script("document.body.style.color = 'red'; console.log('fine')") });
  const watched = watch(tab);
  // The script's last word comes after everything else that the page does.
  const said = tab.waitForEvent("console", (message) => message.text() === "fine");
  await tab.goto(site.url);
  await said;
  expect(watched.complaints()).toEqual([]);
  await site.close();
});
