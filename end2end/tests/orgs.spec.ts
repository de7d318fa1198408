import { axe, expect, live, test } from "../fixtures";

test("the tree loads as it is opened", async ({ page, shot }) => {
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));
  await page.goto("/orgs");
  await live(page);
  const main = page.locator("main");
  // The tree begins at whatever the deployment owns.
  const toggles = ["江苏省", "苏州市", "常熟市", "虞山街道"].map((name) => main.getByRole("button", { name: `${name}的下级`, exact: true }));
  await expect(toggles.reduce((all, toggle) => all.or(toggle)).first()).toBeVisible();
  const shown = await Promise.all(toggles.map((toggle) => toggle.isVisible()));
  await expect(main.getByRole("link", { name: /^甬江/ })).toHaveCount(0);
  for (const toggle of toggles.slice(shown.indexOf(true))) {
    if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
    await expect(toggle).toHaveAttribute("aria-expanded", "true");
  }
  await expect(main.getByRole("link", { name: /^甬江/ })).toBeVisible();
  expect(asked.length).toBeGreaterThan(0);
  await axe(page);
  await shot("orgs-tree");
});

for (const [query, wanted] of [["css", "常熟市"], ["changshu", "常熟市"], ["320581", "常熟市"], ["常熟", "常熟市"], ["虞山", "虞山街道"]] as const) {
  test(`"${query}" finds ${wanted}`, async ({ page }) => {
    await page.goto("/orgs");
    await live(page);
    const box = page.getByRole("searchbox").first();
    await box.fill(query);
    await box.press("Enter");
    await expect(page.locator("main").getByRole("link", { name: new RegExp(wanted) }).first()).toBeVisible();
  });
}

test("what is not found says so and offers a way on", async ({ page }) => {
  await page.goto("/orgs");
  await live(page);
  const box = page.getByRole("searchbox").first();
  await box.fill("火星");
  await box.press("Enter");
  await expect(page.locator("main").getByText(/没有找到/).first()).toBeVisible();
  await expect(box).toHaveValue("火星");
});

test("the page of a node says what it is and leads to its parts", async ({ page, shot }) => {
  await page.goto("/orgs/320581");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("常熟市");
  const map = page.locator("main").getByRole("link", { name: /^常熟市的地图，画着 17 个/ });
  await expect(map).toHaveAttribute("href", "/map/320581");
  await expect(map.locator("svg path")).toHaveCount(2);
  await expect(page.locator("main")).toContainText("示意图，内部边界为演示生成");
  await expect(page.locator("main").getByText("常熟市的边界和网格"), "one link is enough").toHaveCount(0);
  await axe(page);
  await shot("org-node");
  await page.locator("main").getByRole("link", { name: /虞山街道/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("虞山街道");
});

test("a code that nobody has is a 404", async ({ page, watched }) => {
  watched.allow(/^404 .*\/orgs\/999999$/);
  expect((await page.goto("/orgs/999999"))?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("search and nodes work as pages", async ({ page }) => {
    await page.goto("/orgs");
    await page.getByRole("searchbox").first().fill("css");
    await page.getByRole("searchbox").first().press("Enter");
    await page.locator("main").getByRole("link", { name: /常熟市/ }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("常熟市");
    await page.locator("main").getByRole("link", { name: /^常熟市的地图/ }).click();
    await expect(page).toHaveURL(/\/map\/320581$/);
  });
});
