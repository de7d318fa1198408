// Complaints about the community itself: they go to the level above, and those whom they are about do not see them, also where that is found late.

import type { Page } from "@playwright/test";
import { axe, expect, live, test } from "../fixtures";

const GRID = "320581001001001";
const MATTER = /\/reports\/[0-9a-z]{8,}\?done=sent/;

const main = (page: Page) => page.locator("main");
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();
const what = (page: Page, name: RegExp) => page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name });
const wish = (page: Page, name: string) => page.getByRole("group", { name: "您想要" }).getByRole("radio", { name, exact: true });

test("a complaint about the community goes up, and is not seen by those complained about", async ({ page, signIn, browser, server, signIns, shot }, info) => {
  test.setTimeout(120_000);
  const said = `演示·说了三次没人管 ${info.project.name} ${info.retry}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [secretary, town] = [await another(), await another()];
  await signIns.signIn(secretary, "secretary");
  await signIns.signIn(town, "town_admin");

  await signIn("resident");
  await page.goto("/reports/new");
  await live(page);
  await expect(wish(page, "反映问题")).toBeChecked();
  await what(page, /^社区工作/).check();
  await expect(wish(page, "投诉"), "nobody has to know that this is one").toBeChecked();
  await expect(main(page)).toContainText("这件算投诉，直接交给上一级，社区的人看不到。");
  await axe(page);
  await shot("reports-complaint");
  await page.getByLabel(/^说说是什么事/).fill(said);
  await press(page, "交上去");
  await expect(page).toHaveURL(MATTER);
  await live(page);
  await expect(page.locator(".eyebrow"), "no number of the community's").toHaveText(/^\d{9}-\d{4}-\d{4,}$/);
  await expect(main(page)).toContainText("镇街管理员");
  const address = new URL(page.url()).pathname;

  expect((await secretary.goto(address))?.status()).toBe(404);
  await secretary.goto("/admin/reports");
  await expect(secretary.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(secretary.getByText(said)).toHaveCount(0);

  await town.goto(address);
  await live(town);
  await expect(main(town)).toContainText(said);
  await press(town, "受理");
  await expect(town).toHaveURL(/done=accept/);
  await expect(main(page)).toContainText("已受理");
  await secretary.context().close();
  await town.context().close();
});

test("what is found late to be about the community is out of its hands from then on", async ({ page, signIn, browser, server, signIns }, info) => {
  test.setTimeout(120_000);
  const said = `演示·投诉没有选对类别 ${info.project.name} ${info.retry}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [staff, town] = [await another(), await another()];
  await signIns.signIn(staff, "staff");
  await signIns.signIn(town, "town_admin");
  await signIn("resident");
  await page.goto("/");
  await live(page);
  const code = await page.evaluate(
    async ([node, words]) => {
      const body = new URLSearchParams({ key: crypto.randomUUID(), kind: "complaint", category: "other", node: node ?? "", words: words ?? "" });
      const answer = await fetch("/api/v1/reports/send", { method: "POST", body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { code: string }).code;
    },
    [GRID, said],
  );

  await staff.goto(`/reports/${code}`);
  await live(staff);
  await expect(main(staff)).toContainText(said);
  await main(staff).locator("summary").filter({ hasText: /^不是这一类，改类别$/ }).click();
  await main(staff).getByRole("combobox", { name: /^哪方面的事/ }).selectOption("community");
  await press(staff, "改类别");
  await expect(staff).toHaveURL(/\/reports\?done=reclass/);
  expect((await staff.goto(`/reports/${code}`))?.status()).toBe(404);

  await town.goto(`/reports/${code}`);
  await live(town);
  await expect(main(town)).toContainText(said);
  await expect(main(town)).toContainText("改为“社区工作 · 投诉”");
  await page.goto(`/reports/${code}`);
  await expect(main(page)).toContainText("镇街管理员");
  await staff.context().close();
  await town.context().close();
});
