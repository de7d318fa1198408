// What is written through one server appears at the other's visitors: two processes on one PostgreSQL.

import { expect, live, test } from "../fixtures";
import { signInByCode } from "../support/accounts";

/** As the design promises, from the commit at one server to the page at the other. */
const WITHIN_MS = 1000;

test("what is written through one server appears at the other within a second, also after kill -9", async ({ browser, pair }) => {
  const [first, second] = pair;
  const writer = await browser.newContext({ baseURL: first.url });
  const reader = await browser.newContext({ baseURL: second.url });
  const [here, there] = [await writer.newPage(), await reader.newPage()];

  // A session made at the first server holds at the second: nodes keep nothing to themselves.
  await signInByCode(here, "resident");
  await reader.addCookies((await writer.cookies()).map((cookie) => ({ ...cookie, url: second.url, domain: undefined, path: undefined })));
  await there.goto("/me/devices");
  await live(there);
  await expect(there.getByRole("listitem").filter({ hasText: /这台|本机/ })).toHaveCount(1);

  // Listens as a page does: one stream, resumed from where the page was rendered.
  await there.evaluate(() => {
    const state = window as { arrived?: number[] };
    state.arrived = [];
    const stream = new EventSource("/events");
    const note = () => state.arrived?.push(Date.now());
    stream.onmessage = note;
    for (const kind of ["session", "session.started", "session.ended", "account"]) stream.addEventListener(kind, note);
    return new Promise<void>((open) => {
      stream.onopen = () => open();
    });
  });
  const other = await browser.newContext({ baseURL: first.url });
  const wrote = Date.now();
  await signInByCode(await other.newPage(), "resident");
  const signedIn = Date.now();
  await expect.poll(() => there.evaluate(() => (window as { arrived?: number[] }).arrived?.length ?? 0)).toBeGreaterThan(0);
  const arrived = await there.evaluate(() => (window as { arrived?: number[] }).arrived ?? []);
  expect(arrived.at(-1) as number).toBeGreaterThanOrEqual(wrote);
  expect((arrived.at(-1) as number) - signedIn).toBeLessThan(WITHIN_MS);

  await first.kill();
  await there.reload();
  await live(there);
  await expect(there.getByRole("listitem").filter({ hasText: /这台|本机/ })).toHaveCount(1);
  await Promise.all([writer.close(), reader.close(), other.close()]);
});
