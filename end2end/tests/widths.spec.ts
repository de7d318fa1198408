// The widths between and beyond phone and tablet: the narrowest phone, a tablet held upright, a desktop.

import { axe, expect, live, test } from "../fixtures";

const DESKTOP = { width: 1440, height: 900 };
const SIZES = [{ width: 360, height: 740 }, { width: 768, height: 1024 }, DESKTOP];
const PAGES = { home: "/", org: "/orgs/320581001", map: "/map/320581001", ui: "/_ui" };

for (const viewport of SIZES) {
  test.describe(`${viewport.width} wide`, () => {
    test.use({ viewport });

    test("nothing sticks out, and everybody can use it", async ({ page, shot }) => {
      test.setTimeout(180_000);
      for (const [name, path] of Object.entries(PAGES)) {
        await test.step(path, async () => {
          const response = await page.goto(path);
          expect(response?.status(), path).toBe(200);
          await live(page);
          await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(wider, `${path} sticks out sideways`).toBe(0);
          await axe(page);
          await shot(`${name}-${viewport.width}`);
        });
      }
    });
  });
}

test.describe("on a desktop", () => {
  test.use({ viewport: DESKTOP });

  test("the bar stands at the side from top to bottom, beside what is read", async ({ page }) => {
    await page.goto("/");
    await live(page);
    const bar = page.locator("header.bar");
    await expect(bar.getByRole("link", { name: "邻里", exact: true })).toBeVisible();
    await expect(bar.getByRole("navigation", { name: "主要去处" }).getByRole("link", { name: "首页" })).toBeVisible();
    const side = await bar.boundingBox();
    expect(side).toMatchObject({ x: 0, y: 0, height: DESKTOP.height });
    const main = await page.locator("main").boundingBox();
    expect(main?.x).toBeGreaterThanOrEqual(side?.width ?? DESKTOP.width);
  });
});
