// What is written through one server appears at the other's visitors: two processes on one PostgreSQL.

import type { Page } from "@playwright/test";
import { expect, live, test } from "../fixtures";
import { signInByCode } from "../support/accounts";
import type { Linli } from "../support/linli";

const NODE = "320581001001";
/** As the design promises, from the answer at one server to the page at the other. */
const WITHIN_MS = 1000;

interface Arrival {
  at: number;
  data: { topic: string; kind: string; data: { code?: string } };
}
type Listening = { arrived: Arrival[] };

/** Listens as a page does: one stream for what is public of the organisation. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const state = window as unknown as Listening;
    state.arrived = [];
    const stream = new EventSource("/events?topics=orgs");
    stream.onmessage = ({ data }) => state.arrived.push({ at: Date.now(), data: JSON.parse(data as string) });
    return new Promise<void>((open) => {
      stream.onopen = () => open();
    });
  });
}
const arrived = (page: Page) => page.evaluate(() => (window as unknown as Listening).arrived.filter(({ data }) => data.topic === "orgs"));

/** Renames a community through one server; resolves to when its answer came (ms since 1970). */
async function rename(page: Page, server: Linli, name: string): Promise<number> {
  await page.goto(`${server.url}/orgs/${NODE}`);
  await live(page);
  await page.getByRole("link", { name: "修改" }).first().click();
  await page.locator("summary", { hasText: "更名" }).click();
  const form = page.locator("details", { has: page.locator("summary", { hasText: "更名" }) });
  await form.getByRole("textbox", { name: /新名称/ }).fill(name);
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await form.getByRole("button", { name: "更名" }).click();
  await (await answer).finished();
  return Date.now();
}

test("what is written through one server appears at the other within a second, also after kill -9", async ({ browser, pair }) => {
  test.setTimeout(180_000);
  const [first, second] = pair;
  const writer = await (await browser.newContext({ baseURL: first.url })).newPage();
  const reader = await (await browser.newContext({ baseURL: second.url })).newPage();
  await reader.goto("/orgs");
  await listen(reader);

  await signInByCode(writer, "district_admin");
  const answered = await rename(writer, first, "甬江西社区居委会");
  await expect.poll(async () => (await arrived(reader)).length).toBe(1);
  const [told] = (await arrived(reader)) as [Arrival];
  expect(told.data.data.code).toBe(NODE);
  expect(told.at - answered).toBeLessThan(WITHIN_MS);
  // And not only the message: the other server's pages say so too.
  await reader.goto(`/orgs/${NODE}`);
  await expect(reader.getByRole("heading", { level: 1 })).toContainText("甬江西");

  // Who stays on the page sees it too, without loading it anew.
  await live(reader);
  await reader.evaluate(() => void ((window as unknown as { stayed: boolean }).stayed = true));
  await rename(writer, first, "甬江南社区居委会");
  await expect(reader.getByRole("heading", { level: 1 })).toContainText("甬江南", { timeout: WITHIN_MS });

  await listen(reader);
  await first.kill();
  // A session is in the database, not in the server that made it; cookies do not know ports.
  const after = await rename(writer, second, "甬江东社区居委会");
  await expect.poll(async () => (await arrived(reader)).length).toBe(1);
  const [last] = (await arrived(reader)) as [Arrival];
  expect(last.at - after).toBeLessThan(WITHIN_MS);
  await expect(reader.getByRole("heading", { level: 1 })).toContainText("甬江东", { timeout: WITHIN_MS });
  expect(await reader.evaluate(() => (window as unknown as { stayed?: boolean }).stayed)).toBe(true);
  await Promise.all([writer.context().close(), reader.context().close()]);
});
