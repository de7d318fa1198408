// What a matter meets with beside the straight way: each step is taken by the address of its form, and the pages of the others tell of it at
// once, or never.

import type { Page } from "@playwright/test";
import { expect, live, test } from "../fixtures";
import { photo } from "../support/files";
import { COMMUNITY, GRID, report, step, tried } from "../support/reports";

const main = (page: Page) => page.locator("main");
const fold = (page: Page, name: RegExp) => main(page).locator("summary").filter({ hasText: name }).click();
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();

test("given back, passed on, given time, urged, stopped, answered, handled once more, published and withdrawn", async ({ page, signIn, browser, server, signIns }, info) => {
  test.setTimeout(120_000);
  const said = `演示·一波三折 ${Date.now()} ${info.retry}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [staff, property, town] = [await another(), await another(), await another()];
  const [neighbour, stranger] = [await another(), await another()];
  await signIns.signIn(staff, "staff");
  await signIns.signIn(property, "property");
  await signIns.signIn(town, "town_admin");
  await signIns.signIn(neighbour, "social_org");
  await signIn("resident");
  const code = await report(page, server.url, { words: said });
  const does = (who: Page, action: string, fields: Record<string, string> = {}) => step(who, server.url, code, action, fields);
  await page.goto(`/reports/${code}`);
  await live(page);

  // A wrong order goes to the street. Why is not told to the reporter, but who has it now is.
  await does(staff, "accept");
  await does(staff, "dispatch", { to: `${COMMUNITY}:property` });
  await does(property, "return", { words: "这条路归市政管。" });
  await expect(main(page)).toContainText("虞山街道");
  await town.goto(`/reports/${code}`);
  await expect(main(town)).toContainText("这条路归市政管。");
  await does(town, "dispatch", { to: `${COMMUNITY}:staff` });
  await does(town, "reassign", { to: `${COMMUNITY}:property`, words: "还是请物业来办。" });
  await expect(main(page)).toContainText("还是请物业来办。");
  await expect(main(page)).not.toContainText("归市政管");

  await property.goto(`/reports/${code}`);
  await live(property);
  await does(property, "begin");
  await does(property, "ask_time", { words: "配件要等。", days: "2" });
  await does(staff, "give_time", { words: "等配件到货。" });
  await expect(main(page)).toContainText("等配件到货。");
  await expect(main(page)).not.toContainText("配件要等。");
  await does(town, "urge", { words: "请在本周内办完。", days: "2" });
  await expect(main(property)).toContainText("请在本周内办完。");
  await expect(main(page)).toContainText("请在本周内办完。");

  await does(staff, "pause", { words: "请补一句是哪一盏。" });
  await expect(main(page)).toContainText("请补一句是哪一盏。");
  await main(page).getByRole("textbox", { name: /^您的回答/ }).fill("演示·二楼那一盏");
  await press(page, "交上去，接着办");
  await expect(page).toHaveURL(/done=resume/);
  await live(page);
  await expect(main(property)).toContainText("演示·二楼那一盏");

  await does(property, "answer", { words: "换过一盏。" });
  await does(staff, "call");
  expect(await tried(staff, server.url, code, "call"), "pressed twice it is one call").not.toContain("done=");
  expect(await tried(staff, server.url, code, "close_unrated"), "nobody has waited").not.toContain("done=");
  await does(staff, "check", { words: "电话里说还有一盏。" });
  await expect(main(page)).toContainText("已回访");
  await main(page).getByRole("radio", { name: "不满意", exact: true }).check();
  await press(page, "评价");
  await expect(page).toHaveURL(/done=rate/);
  await live(page);
  await fold(page, /^再办一次$/);
  await main(page).getByRole("textbox", { name: /^哪里还没有办好/ }).fill("演示·三楼的也不亮");
  await press(page, "请再办一次");
  await expect(page).toHaveURL(/done=reopen/);
  await live(page);
  await expect(main(page)).toContainText("已受理");

  await does(staff, "note", { words: "找过供货商。" });
  await does(staff, "publish", { words: "楼道的灯换了两盏。" });
  expect((await stranger.goto(`/reports/${code}`))?.status()).toBe(200);
  await expect(main(stranger)).toContainText("楼道的灯换了两盏。");
  await expect(main(stranger)).not.toContainText(said);
  await neighbour.goto(`/reports/${code}`);
  await live(neighbour);
  await press(neighbour, "我也遇到，一起关注");
  await expect(neighbour).toHaveURL(/done=followed/);
  await expect(main(neighbour)).toContainText("1 人也遇到，在关注。");
  await does(staff, "hide");
  // What is kept for the public goes with the event, which comes a moment after the step.
  await expect.poll(async () => (await stranger.goto(`/reports/${code}`))?.status()).toBe(404);
  await does(page, "withdraw");
  await expect(main(page)).toContainText("已撤回");
  await expect(main(page)).not.toContainText("供货商");
  for (const one of [staff, property, town, neighbour, stranger]) await one.context().close();
});

test("what has another door is told it, more time is denied among those who handle it, and a matter is handed up", async ({ page, signIn, browser, server, signIns }, info) => {
  const said = `演示·别的去处 ${Date.now()} ${info.retry}`;
  const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
  const [staff, worker] = [await another(), await another()];
  await signIns.signIn(staff, "staff");
  await signIns.signIn(worker, "grid_worker");
  await signIn("resident");
  const [refused, late] = [await report(page, server.url, { words: said }), await report(page, server.url, { words: said })];

  await page.goto(`/reports/${refused}`);
  await live(page);
  await step(staff, server.url, refused, "refuse", { words: "这件事要业主一起定。", door: "owners" });
  await expect(main(page)).toContainText("不在这里办");
  await expect(main(page)).toContainText("可以去：业主大会或者业主委员会");

  await page.goto(`/reports/${late}`);
  await live(page);
  await step(staff, server.url, late, "accept");
  await step(staff, server.url, late, "dispatch", { to: `${GRID}:grid_worker` });
  await step(worker, server.url, late, "begin");
  await step(worker, server.url, late, "ask_time", { words: "想多要几天。", days: "3" });
  await step(staff, server.url, late, "deny_time", { words: "这周就能办完。" });
  await worker.goto(`/reports/${late}`);
  await expect(main(worker)).toContainText("这周就能办完。");
  await step(staff, server.url, late, "escalate");
  await expect(main(page)).toContainText("社区工作人员");
  await expect(main(page)).not.toContainText("这周就能办完。");
  await step(page, server.url, late, "withdraw");
  await staff.context().close();
  await worker.context().close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("those who handle a matter take it to its end by forms alone", async ({ page, signIn, browser, server, signIns }, info) => {
    const said = `演示·没有脚本的办理 ${Date.now()} ${info.retry}`;
    const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
    const [resident, property] = [await another(), await another()];
    await signIns.signIn(resident, "resident");
    await signIns.signIn(property, "property");
    const code = await report(resident, server.url, { words: said });
    await signIn("staff");
    await page.goto(`/reports/${code}`);
    await main(page).getByRole("combobox", { name: /^急缓/ }).selectOption("urgent");
    await press(page, "受理");
    await expect(page).toHaveURL(/done=accept/);
    await expect(main(page)).toContainText("改为“急”");
    await fold(page, /^派单$/);
    await main(page).getByRole("combobox", { name: /^交给谁/ }).selectOption(`${COMMUNITY}:property`);
    await press(page, "派单");
    await expect(page).toHaveURL(/done=dispatch/);

    await property.goto(`/reports/${code}`);
    await press(property, "开始处置");
    await expect(property).toHaveURL(/done=begin/);
    const answer = main(property).locator("#form-answer");
    await answer.getByRole("textbox", { name: /^怎么办的，结果怎样/ }).fill("演示·换好了。");
    await answer.getByLabel(/^照片/).setInputFiles(photo("换好.png"));
    await press(property, "答复反映人");
    await expect(property).toHaveURL(/done=answer/);
    await expect(property.getByRole("list", { name: "这一步的照片", exact: true }).getByRole("img")).toHaveCount(1);

    await page.goto(`/reports/${code}`);
    await main(page).getByRole("textbox", { name: /^反映人怎么说/ }).fill("电话里说亮了。");
    await press(page, "记下回访");
    await expect(page).toHaveURL(/done=check/);
    await resident.goto(`/reports/${code}`);
    await main(resident).getByRole("radio", { name: "基本满意", exact: true }).check();
    await press(resident, "评价");
    await expect(resident).toHaveURL(/done=rate/);
    await expect(main(resident).getByText("办结", { exact: true }).first()).toBeVisible();
    await resident.context().close();
    await property.context().close();
  });
});
