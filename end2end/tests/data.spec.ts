// My data: who looked, as what and why; and the whole of it to take away.

import { axe, expect, live, test } from "../fixtures";
import { signInByCode } from "../support/accounts";

test("a look at one's record is told with role and reason, and all of it can be taken away", async ({ page, browser, server, signIn, shot }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const worker = await context.newPage();
  await signInByCode(worker, "grid_worker");
  await worker.goto("/residents/pending?state=confirmed");
  await live(worker);
  for (let times = 0; times < 2; times++) {
    await worker.getByText("看完整信息").first().click();
    await worker.getByLabel(/为什么要看/).first().selectOption("visit");
    await worker.getByRole("button", { name: "看", exact: true }).first().click();
    await expect(worker.locator("main")).toContainText(/139\d{8}/);
    await worker.reload();
    await live(worker);
  }
  await context.close();

  await signIn("resident");
  await page.goto("/me/data");
  await live(page);
  const looks = page.getByRole("table", { name: /看过您信息的人/ }).locator("tbody tr");
  await expect(looks.first()).toHaveText(/专职网格员.*这一天 2 次.*上门走访/s);
  await expect(looks).toHaveCount(1);
  await axe(page);
  await shot("my-data");
  const household = page.getByRole("main").getByRole("link", { name: "看我家的登记" });
  await expect(household).toHaveAttribute("href", "/me/household");
  // What later pillars hold, what for and on what basis.
  await expect(page.getByRole("heading", { name: "网格队伍里的登记", exact: true })).toBeVisible();
  // What goes with the account, and what stays with the committee.
  await expect(page.getByText("居民名册依职责留着：姓名、性别、出生年、住在哪一户")).toBeVisible();
  await expect(page.getByText("名册里的手机号、身份证号、需要的关照都删除")).toBeVisible();
  await expect(page.getByText("按网络安全法至少留 6 个月")).toBeVisible();

  const answer = await page.request.get("/me/data/export");
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toBe("application/zip");
  const zip = await answer.body();
  // The signature of a zip's first file, and of the end of its table: the stream came to its end.
  expect(zip.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(zip.includes(Buffer.from("PK\u0005\u0006", "latin1"))).toBe(true);
  for (const name of ["account.json", "looks.json", "household.json", "tasks.json", "posts.json", "files.json"]) expect(zip.includes(Buffer.from(name))).toBe(true);
});
