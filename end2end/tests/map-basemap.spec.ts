// 天地图 behind the borders: only where a key is configured, only from its own hosts, with its review number.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, live, test } from "../fixtures";
import { serve } from "../support/linli";

const TILE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const REVIEW = "GS（2024）0568号";

for (const matrix of ["w", "c"]) {
  test(`with a key, tiles in ${matrix}: vector or image, the review number, and nothing from anywhere else`, async ({ page, shot, watched }, info) => {
    test.setTimeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), "linli-tiles-"));
    await cp(process.env.LINLI_TEST_DEMO as string, folder, { recursive: true });
    const keys = { LINLI_MAP__TIANDITU_KEY: "a-key", LINLI_MAP__TIANDITU_MATRIX: matrix, LINLI_MAP__TIANDITU_REVIEW_NUMBER: REVIEW };
    const server = await serve(folder, `sqlite:${join(folder, "linli.db")}`, `tiles-${info.parallelIndex}`, keys);
    // Stopped also where the test fails: it is this test's own.
    try {
      const asked: URL[] = [];
      await page.context().route(/^https:\/\//, (route) => {
        asked.push(new URL(route.request().url()));
        return route.fulfill({ body: TILE, contentType: "image/png", headers: { "access-control-allow-origin": "*" } });
      });
      const answer = await page.goto(`${server.url}/map/320581`);
      const policy = answer?.headers()["content-security-policy"] ?? "";
      expect(policy.match(/https?:[^\s;]*/g)).toEqual(["https://*.tianditu.gov.cn", "https://*.tianditu.gov.cn"]);
      await live(page);
      await expect(page.locator(".map-credit")).toHaveText(`天地图 ${REVIEW}`, { timeout: 20_000 });
      const layers = () => new Set(asked.map((url) => url.pathname));
      await expect.poll(layers).toEqual(new Set([`/vec_${matrix}/wmts`, `/cva_${matrix}/wmts`]));
      expect(asked.every((url) => /^t[0-7]\.tianditu\.gov\.cn$/.test(url.hostname) && url.searchParams.get("tk") === "a-key")).toBe(true);
      if (matrix === "w") await shot("map-tianditu");

      asked.length = 0;
      await page.getByRole("button", { name: "影像" }).click();
      await expect.poll(() => [...layers()]).toEqual(expect.arrayContaining([`/img_${matrix}/wmts`, `/cia_${matrix}/wmts`]));
      await expect(page.locator(".map-credit")).toBeVisible();
      await page.getByRole("button", { name: "不要底图" }).click();
      await expect(page.locator(".map-credit")).toBeEmpty();

      // Another host is refused by the page's own policy.
      watched.allow(/Content Security Policy|Refused to|violates/, /failed: csp/);
      const refused = await page.evaluate(
        () =>
          new Promise<boolean>((done) => {
            const image = new Image();
            image.onload = () => done(false);
            image.onerror = () => done(true);
            image.src = "https://tiles.example.com/1.png";
          }),
      );
      expect(refused).toBe(true);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

test("without a key nothing is asked of anybody, and the policy allows nobody", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => request.url().startsWith("https:") && asked.push(request.url()));
  const answer = await page.goto("/map/320581");
  expect(answer?.headers()["content-security-policy"]).not.toContain("https:");
  await live(page);
  await page.locator(".map").hover();
  await expect(page.locator(".map canvas").first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: "影像" })).toHaveCount(0);
  expect(asked).toEqual([]);
});
