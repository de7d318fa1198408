// Spoken words in the place of written ones, from Chromium's own false microphone; and what is pointed out before a text is published.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const main = (page: Page) => page.locator("main");

test("a report is spoken, heard by its reporter and by staff, and by nobody else", async ({ page, context, signIn, browser, server, shot }) => {
  await context.grantPermissions(["microphone"]);
  await signIn("resident");
  await page.goto("/reports/new");
  await live(page);
  await page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name: /停车/ }).check();
  const speak = page.getByRole("group", { name: "说一段话", exact: true });
  const press = speak.getByRole("button", { name: "按住说话", exact: true });
  await expect(press).toHaveAttribute("aria-pressed", "false");
  await press.press("Enter");
  await expect(speak.getByRole("status")).toHaveText(/^正在录音：[1-9]/);
  await speak.getByRole("button", { name: "说完点这里", exact: true }).press("Enter");
  await expect(speak.getByRole("status")).toContainText("录好了");
  await expect(speak.getByRole("button", { name: "删掉，重新说", exact: true })).toBeVisible();
  await axe(page);
  await shot("reports-voice");
  await page.getByRole("button", { name: "交上去", exact: true }).click();
  await expect(page).toHaveURL(/\/reports\/[0-9a-z]{8,}\?done=sent/);
  const sound = main(page).locator("audio[aria-label='反映人说的']");
  await expect(sound).toHaveCount(1);
  await axe(page);
  const address = await sound.getAttribute("src");
  const part = await page.request.get(address ?? "", { headers: { range: "bytes=0-3" } });
  expect(part.status()).toBe(206);
  expect([...(await part.body())]).toEqual([0x1a, 0x45, 0xdf, 0xa3]);
  const stranger = await browser.newContext({ baseURL: server.url });
  expect((await stranger.request.get(address ?? "")).status()).toBe(401);
  await stranger.close();
});

test("what may be somebody's own is pointed out before it is published, and confirmed", async ({ page, signIn, browser, server, signIns, watched }) => {
  // What is pointed out is a refusal, until it is confirmed.
  watched.allow(/^422 .*\/reports\/act$/);
  const resident = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIns.signIn(resident, "resident");
  await resident.goto("/");
  await live(resident);
  const code = await resident.evaluate(async () => {
    const body = new URLSearchParams({ key: crypto.randomUUID(), kind: "problem", category: "parking", node: "320581001001001", words: "演示·车位", open: "true" });
    const answer = await fetch("/api/v1/reports/send", { method: "POST", body });
    return ((await answer.json()) as { code: string }).code;
  });
  await resident.context().close();
  await signIn("secretary");
  await page.goto(`/reports/${code}`);
  await live(page);
  await main(page).locator("summary").filter({ hasText: /^公开$/ }).click();
  const text = main(page).getByRole("textbox", { name: /^公开的文字/ });
  await text.fill("3 幢 501 室门口停满了车");
  await main(page).getByRole("button", { name: "公开", exact: true }).click();
  const confirm = main(page).getByRole("checkbox", { name: "这几处我都看过，可以公开", exact: true });
  await expect(confirm).not.toBeChecked();
  await expect(main(page)).toContainText("第 5 个字起 5 个字像门牌号");
  await axe(page);
  await confirm.check();
  await main(page).getByRole("button", { name: "公开", exact: true }).click();
  await expect(page).toHaveURL(/done=publish/);
});
