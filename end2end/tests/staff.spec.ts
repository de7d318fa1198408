// Importing staff: checked, refused line by line, corrected, applied, and applied again to no effect.

import { axe, expect, live, test } from "../fixtures";
import { gb18030, MARK } from "../support/gb18030";
import type { Page } from "@playwright/test";

const GRID = "320581001001001";
const HEADER = "姓名,手机号,角色,机构代码,开始日期,结束日期\r\n";

const faulty = (first: string) =>
  HEADER +
  `汤小禾,${first}1,专职网格员,${GRID},2026-01-01,\r\n` +
  `=HYPERLINK("x"),${first}2,专职网格员,${GRID},2026-01-01,\r\n` +
  `许念真,1381111,国王,${GRID},2026-01-01,\r\n` +
  `孙亦安,${first}4,专职网格员,320582001001001,2026-01-01,\r\n`;
const corrected = (first: string) => `${HEADER}汤小禾,${first}1,专职网格员,${GRID},2026-01-01,\r\n许念真,${first}2,网格长,${GRID},2026-01-01,2027-12-31\r\n`;

const choose = (page: Page, buffer: Buffer) => page.getByLabel(/^工作人员名单/).setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer });
const withMark = (text: string) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)]);
const check = (page: Page) => page.getByRole("button", { name: "检查", exact: true }).click();
const apply = (page: Page) => page.getByRole("button", { name: "导入", exact: true }).click();

async function faultsAreNamed(page: Page): Promise<void> {
  await expect(page.getByText("有问题，什么都没有导入")).toBeVisible();
  const rows = page.locator("main table tbody tr");
  await expect(rows).toHaveText([/第 3 行.*姓名.*公式/s, /第 4 行.*手机号/s, /第 4 行.*角色/s, /第 5 行.*机构代码.*320582001001001/s]);
  await expect(page.getByRole("button", { name: "导入", exact: true })).toHaveCount(0);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test.use({ javaScriptEnabled });

    test("a faulty file is refused line by line; corrected it is applied, and a second time changes nothing", async ({ page, signIn, shot }) => {
      const phones = javaScriptEnabled ? "1381110010" : "1381110020";
      const name = javaScriptEnabled ? "staff" : "plain-staff";
      await signIn("secretary");
      await page.goto("/admin/staff-import");
      const ready = async () => (javaScriptEnabled ? live(page) : undefined);
      await ready();

      await choose(page, Buffer.concat([MARK, gb18030(faulty(phones))]));
      await check(page);
      await faultsAreNamed(page);
      if (javaScriptEnabled) await axe(page);
      await shot(`${name}-faulty`);

      await choose(page, withMark(corrected(phones)));
      await check(page);
      await expect(page.getByText("检查过了，没有问题")).toBeVisible();
      await expect(page.locator("main")).toContainText("新账号 2 个，新角色 2 个，不用改 0 个");
      if (!javaScriptEnabled) await choose(page, withMark(corrected(phones)));
      await apply(page);
      await expect(page.getByText("已导入", { exact: true })).toBeVisible();
      await expect(page.locator("main")).toContainText("新账号 2 个，新角色 2 个，不用改 0 个");
      await shot(`${name}-applied`);

      await choose(page, withMark(corrected(phones)));
      await check(page);
      await expect(page.getByText("检查过了，没有问题")).toBeVisible();
      if (!javaScriptEnabled) await choose(page, withMark(corrected(phones)));
      await apply(page);
      await expect(page.getByText("已导入", { exact: true })).toBeVisible();
      await expect(page.locator("main")).toContainText("新账号 0 个，新角色 0 个，不用改 2 个");
    });

    test("what is no such file says so beside the field", async ({ page, signIn, watched }) => {
      watched.allow(/^422 .*\/admin\/staff$/);
      await signIn("secretary");
      await page.goto("/admin/staff-import");
      if (javaScriptEnabled) await live(page);
      await choose(page, Buffer.from("name,phone\nx,y\n"));
      await check(page);
      await expect(page.locator("form").getByText(/第 1 行应为：姓名/)).toBeVisible();
    });
  });
}

test("whoever may not import is told so before choosing a file", async ({ page, signIn, watched }) => {
  watched.allow(/^403 .*staff/);
  await signIn("grid_worker");
  const response = await page.goto("/admin/staff-import");
  expect(response?.status()).toBe(403);
  await expect(page.getByText("您没有这个权限").first()).toBeVisible();
  await expect(page.getByLabel(/^工作人员名单/)).toHaveCount(0);
});
