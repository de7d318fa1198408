// A matter of each kind, from a resident's phone to its end: three people in three windows, each of whom sees at once what the others did.

import type { Page } from "@playwright/test";
import { expect, live, test } from "../fixtures";
import { COMMUNITY, step } from "../support/reports";

const main = (page: Page) => page.locator("main");
const press = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true }).click();

const KINDS = [
  ["反映问题", /侵占公共空间/],
  ["咨询", /停车/],
  ["建议", /设施损坏/],
  ["投诉", /噪声/],
  ["求助", /安防/],
  ["表扬", /环境卫生/],
] as const;

for (const [kind, about] of KINDS) {
  test(`${kind}: told on the phone, taken, passed on, answered, asked after and rated`, async ({ page, signIn, browser, server, signIns }, info) => {
    test.setTimeout(120_000);
    const said = `演示·${kind}·${Date.now()}·${info.retry}`;
    const another = async () => await (await browser.newContext({ baseURL: server.url })).newPage();
    const [staff, property] = [await another(), await another()];
    await signIns.signIn(staff, "staff");
    await signIns.signIn(property, "property");
    await staff.goto("/admin/reports");
    await live(staff);
    await property.goto("/reports");
    await live(property);

    await signIn("resident");
    await page.goto("/reports/new");
    await live(page);
    await page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name: about }).check();
    await page.getByRole("group", { name: "您想要", exact: true }).getByRole("radio", { name: kind, exact: true }).check();
    await page.getByLabel(/^说说是什么事/).fill(said);
    await press(page, "交上去");
    await expect(page).toHaveURL(/\/reports\/[0-9a-z]{8,}\?done=sent/);
    await live(page);
    const code = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await expect(main(page).getByText(kind, { exact: true }).first()).toBeVisible();

    // It comes without anybody asking for it, and stays so until the end.
    const row = main(staff).getByRole("row").filter({ hasText: said });
    await expect(row).toContainText(kind);
    await row.getByRole("link").first().click();
    await expect(staff).toHaveURL(new RegExp(`/reports/${code}`));
    await press(staff, "受理");
    await expect(staff).toHaveURL(/done=accept/);
    await live(staff);
    await expect(main(page)).toContainText("已受理");
    await step(staff, server.url, code, "dispatch", { to: `${COMMUNITY}:property` });
    await expect(main(page)).toContainText("物业人员");
    await main(property).getByRole("list", { name: "等您来办的", exact: true }).getByRole("link").filter({ hasText: said }).click();
    await expect(property).toHaveURL(new RegExp(`/reports/${code}`));
    await press(property, "开始处置");
    await expect(property).toHaveURL(/done=begin/);
    await expect(main(page)).toContainText("正在办");
    await step(property, server.url, code, "answer", { words: `答复：${said}` });
    await expect(main(page)).toContainText(`答复：${said}`);
    await step(staff, server.url, code, "check", { words: "电话里问过了。" });
    await expect(main(page)).toContainText("已回访");
    await main(page).getByRole("radio", { name: "满意", exact: true }).check();
    await press(page, "评价");
    await expect(page).toHaveURL(/done=rate/);
    await expect(main(staff).getByText("办结", { exact: true }).first()).toBeVisible();
    await expect(main(page).getByText("办结", { exact: true }).first()).toBeVisible();
    await staff.context().close();
    await property.context().close();
  });
}
