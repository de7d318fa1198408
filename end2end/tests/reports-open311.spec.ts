// Programs and other sites: a key is given once, a program reports with it until it is taken back, and what is published can be embedded.

import { axe, expect, live, test } from "../fixtures";

const GRID = "320581001001001";

test("a program gets a key once, reports with it, and loses it", async ({ page, signIn, playwright, server, shot }) => {
  const label = `随手拍 ${Date.now()}`;
  const main = page.locator("main");
  await signIn("district_admin");
  await page.goto("/admin/reports/clients");
  await live(page);
  await axe(page);
  await main.getByRole("textbox", { name: /^给谁用/ }).fill(label);
  await main.getByRole("button", { name: "发密钥", exact: true }).click();
  const shown = main.locator("code.secret");
  await expect(shown).toHaveText(/^linli_\S+$/);
  const key = (await shown.textContent()) ?? "";
  const card = main.locator(".card").filter({ hasText: label });
  await expect(card).toContainText("在用");
  await expect(card).not.toContainText(key);
  await axe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await shot("reports-clients");

  // As a program asks: without a session.
  const program = await playwright.request.newContext({ baseURL: server.url });
  const report = () =>
    program.post("/open311/v2/requests.json", { form: { api_key: key, service_code: "facility", address_id: GRID, description: `路灯不亮 ${label}` } });
  const sent = await report();
  expect(sent.status(), await sent.text()).toBe(200);
  const [{ service_request_id: id }] = (await sent.json()) as [{ service_request_id: string }];
  expect((await (await report()).json())[0].service_request_id, "twice is once").toBe(id);
  expect((await program.get(`/open311/v2/requests/${id}.json`)).status()).toBe(404);
  expect((await program.get(`/widget/reports/${id}`)).status(), "an internal matter is not embedded").toBe(404);
  const own = await program.get(`/open311/v2/requests/${id}.json`, { headers: { "x-api-key": key } });
  expect((await own.json())[0].status).toBe("open");

  await card.locator("summary").click();
  await card.getByRole("button", { name: "停用这个密钥", exact: true }).click();
  await expect(page).toHaveURL(/done=revoked/);
  await expect(main).toContainText("不能再用了");
  await expect(shown).toHaveCount(0);
  expect((await report()).status()).toBe(403);
  await program.dispose();
});

test("what is published is data, a feed and a page to embed", async ({ page, shot }) => {
  await page.goto("/reports?show=public");
  await live(page);
  const data = page.getByRole("navigation", { name: "公开数据" });
  for (const [name, start] of [
    [/RSS/, "<?xml"],
    [/CSV/, "\uFEFF编号"],
    [/GeoJSON/, "{"],
  ] as const) {
    const address = (await data.getByRole("link", { name }).getAttribute("href")) ?? "";
    const answer = await page.request.get(address);
    expect(answer.status(), address).toBe(200);
    expect((await answer.text()).startsWith(start), address).toBe(true);
  }
  await page.goto("/widget/reports?rows=3");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("公开的诉求");
  await expect(page.getByRole("listitem")).toHaveCount(3);
  await axe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await shot("reports-widget");
});
