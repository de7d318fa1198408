// A divisions file, from choosing it to what it changed.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Client } from "pg";
import { axe, expect, live, test } from "../fixtures";
import { signInByCode } from "../support/accounts";
import { csv, DIVISIONS, HEAD } from "../support/files";

const PAGE = "/admin/orgs/import";
const look = (page: Page) => page.getByRole("button", { name: "看看会有哪些变化" });
const applying = (page: Page) => page.getByRole("button", { name: /^导入这 \d+ 处变化$/ });
const stop = (page: Page) => page.getByRole("button", { name: "停下" });

async function send(page: Page, file: { name: string; mimeType: string; buffer: Buffer }, server = ""): Promise<void> {
  await page.goto(`${server}${PAGE}`);
  await live(page);
  await page.locator('input[type="file"]').setInputFiles(file);
  await look(page).click();
}

test("a file is shown, applied once, and changes nothing the second time", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  await page.goto("/");
  const overseen = page.locator("#orgs-overseen");
  await expect(overseen.getByRole("heading", { name: "常熟市" })).toBeVisible();
  await expect(overseen.getByRole("link", { name: "看组织" })).toHaveAttribute("href", "/orgs/320581");
  await expect(overseen.getByRole("link", { name: "导入区划" })).toHaveAttribute("href", PAGE);
  await page.goto("/me");
  await live(page);
  await page.getByRole("main").getByRole("link", { name: "导入区划" }).click();
  await expect(page).toHaveURL(new RegExp(`${PAGE}$`));
  const file = csv("海虞.csv", `${HEAD}\n320581102,海虞新镇,street,320581\n`);
  await send(page, file);
  await expect(page).toHaveURL(/\?id=/);
  await expect(page.getByText("海虞新镇")).toBeVisible();
  await axe(page);
  await shot("import-divisions-preview");
  // Two clicks are one import.
  const asked: string[] = [];
  page.on("request", (request) => request.url().endsWith("/apply") && asked.push(request.url()));
  await applying(page).dblclick();
  await expect(page.getByText(/^已在 .* 导入$/)).toBeVisible();
  await expect(page.getByText("更名 1，")).toBeVisible();
  expect(asked).toHaveLength(1);
  await shot("import-divisions-applied");
  await page.reload();
  await expect(page.getByText("更名 1，")).toBeVisible();

  await send(page, file);
  await expect(page.getByText("与现有区划完全一样，不用导入。")).toBeVisible();
  await expect(applying(page)).toHaveCount(0);
  await page.goto("/orgs/320581102");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("海虞新镇");
});

test("faulty lines are named, and nothing of the file is imported", async ({ page, signIn, shot }) => {
  await signIn("district_admin");
  const lines = ["320581103,=HYPERLINK(1),street,320581", "320581104,古里镇,town,320581", "320581990,孤镇,street,320599"];
  await send(page, csv("../../有错.csv", `\ufeff${[HEAD, ...lines].join("\r\n")}\r\n`));
  await expect(page.getByText("文件有 4 处问题，一行也没有导入")).toBeVisible();
  const row = (line: string) => page.getByRole("row", { name: new RegExp(line) });
  await expect(row("第 2 行")).toContainText("公式");
  await expect(row("第 3 行")).toContainText("级别");
  await expect(row("第 4 行").first()).toContainText("上级 320599 不在文件里");
  await expect(applying(page)).toHaveCount(0);
  await axe(page);
  await shot("import-divisions-faults");
  const whole = await page.getByRole("link", { name: "下载全部问题（CSV）" }).getAttribute("href");
  const told = await page.request.get(whole ?? "");
  expect(told.status()).toBe(200);
  expect(await told.text()).toContain("上级 320599 不在文件里");

  // What Excel saves as "Unicode text".
  await send(page, { name: "u16.csv", mimeType: "text/csv", buffer: Buffer.from(`\ufeff${HEAD}\n`, "utf16le") });
  await expect(page.getByText(/UTF-16/)).toBeVisible();
});

test("a file that is too large is refused in a sentence, before it is sent", async ({ page, signIn }) => {
  const folder = await mkdtemp(join(tmpdir(), "linli-large-"));
  const large = join(folder, "large.csv");
  await writeFile(large, Buffer.alloc(50_000_001, "a"));
  await signIn("district_admin");
  await page.goto(PAGE);
  await live(page);
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await page.locator('input[type="file"]').setInputFiles(large);
  await look(page).click();
  await expect(page.getByRole("alert")).toContainText("最多 50 MB");
  expect(sent.filter((url) => url.includes("/import/"))).toEqual([]);
  await expect(look(page)).toBeVisible();
  await rm(folder, { recursive: true });
});

test("sending shows how far it is and stops when told to", async ({ page, signIn, watched, shot }) => {
  await signIn("district_admin");
  await page.goto(PAGE);
  await live(page);
  const slow = await page.context().newCDPSession(page);
  await slow.send("Network.enable");
  await slow.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  await page.locator('input[type="file"]').setInputFiles(csv("全省.csv", DIVISIONS()));
  await look(page).click();
  await expect(page.getByRole("status").filter({ hasText: /正在上传，\d+\.\d MB \/ \d+\.\d MB/ })).toBeVisible();
  await shot("import-sending");
  await stop(page).click();
  await expect(page.getByText("已经停下，什么也没有存。")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${PAGE}$`));
  watched.allow(/ERR_ABORTED/);
});

test("applying shows its phases and, stopped in time, changes nothing on any server", async ({ browser, pair }) => {
  test.setTimeout(150_000);
  const [first, second] = pair;
  const page = await (await browser.newContext({ baseURL: first.url })).newPage();
  await signInByCode(page, "district_admin");
  const ours = DIVISIONS().split("\n").filter((line) => line.startsWith("320581"));
  await send(page, csv("全市.csv", `${HEAD}\n${ours.join("\n").replaceAll("社区居委会", "社区居民委员会")}\n`), first.url);
  await expect(applying(page)).toBeVisible({ timeout: 60_000 });
  const words = await applying(page).textContent();

  // Somebody else is writing, so that the import has to wait for them.
  const other = new Client({ connectionString: first.database });
  await other.connect();
  await other.query("begin");
  await other.query("lock table node in share mode");
  await applying(page).click();
  await expect(page.getByText("正在写入……")).toBeVisible({ timeout: 30_000 });
  await stop(page).click();
  await other.query("rollback");
  await other.end();
  await expect(page.getByText("已经停下，什么也没有改。")).toBeVisible({ timeout: 60_000 });
  await expect(applying(page)).toHaveText(words as string, { timeout: 60_000 });
  await page.goto(`${second.url}/orgs/320581001001`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("社区居委会");
  await page.context().close();
});

test("who may not import is told so, and sends nothing", async ({ page, signIn, watched }) => {
  watched.allow(/^40[13] .*\/admin\/orgs\/import/);
  expect((await page.goto(PAGE))?.status()).toBe(401);
  await signIn("grid_worker");
  expect((await page.goto(PAGE))?.status()).toBe(403);
  await expect(page.locator('input[type="file"]')).toHaveCount(0);
  const answer = await page.request.post(`${PAGE}/upload`, { multipart: { file: csv("a.csv", HEAD) }, headers: { "sec-fetch-site": "same-origin" } });
  expect(answer.status()).toBe(403);
});

test("a file sent to one server is applied through the other", async ({ browser, pair }) => {
  test.setTimeout(120_000);
  const [first, second] = pair;
  const page = await (await browser.newContext({ baseURL: first.url })).newPage();
  await signInByCode(page, "district_admin");
  await send(page, csv("一.csv", `${HEAD}\n320581106,支塘新镇,street,320581\n`), first.url);
  await expect(applying(page)).toBeVisible();
  // A session is in the database, not in the server that made it; cookies do not know ports.
  await page.goto(`${second.url}${PAGE}${new URL(page.url()).search}`);
  await live(page);
  await applying(page).click();
  await expect(page.getByText("更名 1，")).toBeVisible();
  await page.goto(`${first.url}/orgs/320581106`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("支塘新镇");
  await page.context().close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the whole way works as pages, with a sentence where it does not", async ({ page, signIn }) => {
    const folder = await mkdtemp(join(tmpdir(), "linli-large-"));
    const large = join(folder, "large.csv");
    await writeFile(large, Buffer.alloc(60_000_000, "a"));
    await signIn("district_admin");
    await page.goto(PAGE);
    await page.locator('input[type="file"]').setInputFiles(large);
    await look(page).click();
    await expect(page).toHaveURL(/fault=large/);
    await expect(page.getByText(/最多 50 MB/).first()).toBeVisible();
    await rm(folder, { recursive: true });

    await page.locator('input[type="file"]').setInputFiles(csv("尚湖.csv", `${HEAD}\n320581111,尚湖新镇,street,320581\n`));
    await look(page).click();
    await expect(page.getByText("尚湖新镇")).toBeVisible();
    await applying(page).click();
    await expect(page.getByText("更名 1，")).toBeVisible();
  });
});
