import { axe, expect, live, test } from "../fixtures";

test("home is calm, whole and without a fault at this size", async ({ page, shot }) => {
  await page.goto("/");
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/邻里/);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, "nothing sticks out sideways").toBe(0);
  await axe(page);
  await shot("home");
});

test("the bar leads everywhere, and says where one is", async ({ page }) => {
  await page.goto("/");
  await live(page);
  const bar = page.getByRole("navigation", { name: "主要去处" });
  await expect(bar.getByRole("link", { name: "首页" })).toHaveAttribute("aria-current", "page");
  await bar.getByRole("link", { name: "身边" }).click();
  await expect(page).toHaveURL(/\/map/);
  await expect(bar.getByRole("link", { name: "身边" })).toHaveAttribute("aria-current", "page");
  await expect(bar.locator('[aria-current="page"]')).toHaveCount(1);
  await page.goBack();
  await expect(bar.getByRole("link", { name: "首页" })).toHaveAttribute("aria-current", "page");
});

test("by keyboard: the first stop is the way past the bar", async ({ page }) => {
  await page.goto("/");
  await live(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "跳到正文" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  // From the top again: each place of the bar is reached, in order, and shows that it has focus.
  await page.goto("/");
  await live(page);
  const names: string[] = [];
  for (let i = 0; i < 12 && !names.includes("我的"); i++) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    names.push(((await focused.textContent()) ?? "").trim());
    const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, `${names.at(-1)} shows its focus`).not.toBe("none");
  }
  expect(names.filter((name) => ["首页", "身边", "我的"].includes(name))).toEqual(["首页", "身边", "我的"]);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test.use({ javaScriptEnabled });

    test("长辈版: large letters, large targets, and it stays so", async ({ page, shot }) => {
      await page.goto("/");
      if (javaScriptEnabled) await live(page);
      await page.getByRole("link", { name: "长辈版" }).first().click();
      await expect(page.locator("html")).toHaveClass(/large/);
      await page.goto("/orgs");
      await expect(page.locator("html")).toHaveClass(/large/);
      const body = Number.parseFloat(await page.locator("main").evaluate((main) => getComputedStyle(main).fontSize));
      expect(body).toBeGreaterThanOrEqual(24);
      await page.goto("/");
      for (const target of await page.getByRole("navigation", { name: "主要去处" }).getByRole("link").all()) {
        if (!(await target.isVisible())) continue;
        expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(60);
      }
      if (javaScriptEnabled) {
        await live(page);
        await axe(page);
      }
      await shot(javaScriptEnabled ? "home-large" : "home-large-no-script");
      await page.getByRole("link", { name: "回标准版" }).first().click();
      await expect(page.locator("html")).not.toHaveClass(/large/);
    });
  });
}

test("长辈版: a resident can call the grid worker from every page, and three things stand open at home", async ({ page, signIn, shot }) => {
  await signIn("resident");
  await page.goto("/appearance?size=large&back=/");
  await live(page);
  const call = page.locator(".shell-call").getByRole("link", { name: /^打电话给/ });
  await expect(call).toHaveAttribute("href", /^tel:\d+$/);
  const last = page.locator("#grid-map");
  await expect(last).toBeHidden();
  await axe(page);
  await shot("home-large-resident");
  await page.getByRole("main").getByText("更多", { exact: true }).click();
  await expect(last).toBeVisible();
  await page.goto("/orgs");
  await expect(call).toBeVisible();
  await page.goto("/");
  await live(page);
  await page.getByRole("link", { name: "回标准版" }).first().click();
  await expect(last).toBeVisible();
  await expect(call).toBeHidden();
});

test.describe("in the dark", () => {
  test.use({ colorScheme: "dark" });

  test("ink and paper trade places, with contrast enough", async ({ page, shot }) => {
    await page.goto("/");
    await live(page);
    const luminance = await page.evaluate(() => {
      const [r, g, b] = (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number) as [number, number, number];
      return (r + g + b) / 765;
    });
    expect(luminance).toBeLessThan(0.25);
    await axe(page);
    await shot("home-dark");
  });
});

test("what is not there says so, as a 404 with a way out", async ({ page, watched, shot }) => {
  watched.allow(/^404 .*\/nowhere$/);
  const response = await page.goto("/nowhere");
  expect(response?.status()).toBe(404);
  await live(page);
  await expect(page.locator("main").getByRole("link").first()).toBeVisible();
  await axe(page);
  await shot("not-found");
});

test("every component in every state", async ({ page, shot }) => {
  await page.goto("/_ui");
  await live(page);
  await axe(page);
  await shot("ui");
});

test("can be installed", async ({ page, request }) => {
  await page.goto("/");
  const href = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = (await (await request.get(href ?? "")).json()) as { name: string; display: string; icons: { src: string; sizes: string; purpose?: string }[] };
  expect(manifest).toMatchObject({ name: "邻里", display: "standalone" });
  for (const size of ["192x192", "512x512"]) expect(manifest.icons.map((icon) => icon.sizes)).toContain(size);
  expect(manifest.icons.some((icon) => icon.purpose?.includes("maskable"))).toBe(true);
  const touch = await page.locator('link[rel="apple-touch-icon"]').getAttribute("href");
  for (const src of [...manifest.icons.map((icon) => icon.src), touch ?? ""]) {
    const icon = await request.get(src);
    expect(icon.status(), src).toBe(200);
    expect(icon.headers()["content-type"], src).toMatch(/^image\//);
  }
});

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

for (const [where, userAgent] of [
  ["in Safari", `${IPHONE} Version/17.4 Mobile/15E148 Safari/604.1`],
  ["in WeChat", `${IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003130) NetType/WIFI Language/zh_CN`],
] as const) {
  test.describe(`on an iPhone, ${where}`, () => {
    test.use({ userAgent });

    test("how to put it on the home screen", async ({ page, shot }) => {
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "standalone", { get: () => false, configurable: true }));
      const hint = page.getByText("把邻里放到手机桌面");
      await page.goto("/");
      await live(page);
      if (where === "in WeChat") {
        // The load, after which it would be said, has been waited for.
        await expect(page.locator("html")).not.toHaveAttribute("data-installable", /./);
        await expect(hint).toHaveCount(0);
        return;
      }
      await expect(hint).toBeVisible();
      await expect(page.getByText("添加到主屏幕")).toBeVisible();
      await axe(page);
      await shot("install-hint");
      await page.getByRole("button", { name: "不用了" }).click();
      await expect(hint).toHaveCount(0);
      await page.reload();
      await live(page);
      await expect(page.locator("html")).toHaveAttribute("data-installable", "ios");
      await expect(hint).toHaveCount(0);
    });
  });
}
