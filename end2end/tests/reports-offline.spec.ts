// A report without a signal: kept on the device with its photo, sent when the network is back, once.

import { expect, live, test } from "../fixtures";
import { photo } from "../support/files";

test("a report made offline and pressed twice is stored once", async ({ page, context, signIn, watched }, info) => {
  watched.allow(/^failed: /, /ERR_INTERNET_DISCONNECTED/);
  const said = `演示·没有网络 ${info.project.name} ${info.retry}`;
  await signIn("resident");
  await page.goto("/reports/new");
  await live(page);
  await page.getByRole("group", { name: "哪方面的事" }).getByRole("radio", { name: /停车/ }).check();
  await page.getByLabel(/^说说是什么事/).fill(said);
  await page.getByLabel(/^拍照/).setInputFiles([photo("一.png")]);
  await context.setOffline(true);
  const send = page.getByRole("button", { name: "交上去", exact: true });
  await send.dblclick();
  await expect(page.getByText("没有网络，已存在这台设备上", { exact: false })).toBeVisible();
  await send.click();
  await context.setOffline(false);
  await expect(page.getByText("已经送到了。", { exact: true })).toBeVisible();
  await page.goto("/reports");
  const mine = page.getByRole("list", { name: "我反映的", exact: true }).getByRole("link").filter({ hasText: said });
  await expect(mine).toHaveCount(1);
  await mine.click();
  await expect(page.getByRole("list", { name: "照片", exact: true }).getByRole("img")).toHaveCount(1);
});
