// A page whose code does not come: the bundle cannot go on, and says so.

import { axe, expect, live, test } from "../fixtures";

// A worker would fetch the code itself, past what is refused here.
test.use({ serviceWorkers: "block" });

test("a page that cannot be fetched says so, and is opened in full", async ({ page, watched, shot }) => {
  watched.allow(/^failed: .*\.wasm$/, /Failed to fetch/, /panicked at/, /^uncaught: /, /RuntimeError/);
  await page.goto("/");
  await live(page);
  const chunks = /\/pkg\/.*\.wasm$/;
  await page.route(chunks, (route) => route.abort());
  const bar = page.getByRole("navigation", { name: "主要去处" });
  await bar.getByRole("link", { name: "身边" }).click();
  const told = page.getByRole("alert").filter({ hasText: "这一页没有取到" });
  await expect(told).toBeVisible();
  await axe(page);
  await shot("unfetched");
  await page.unroute(chunks);
  await told.getByRole("link", { name: "重新打开" }).click();
  await expect(page).toHaveURL(/\/map/);
  await live(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(told).toHaveCount(0);
});
