import { defineConfig } from "@playwright/test";

/** The system's Chromium: Playwright's own is a download of 170 MB. */
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const launchOptions = {
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
};
/** A few pages at further widths: a project of its own, so that the others do not do it too. */
const WIDTHS = /widths\.spec\.ts$/;
/** What is the same at any width: what servers, scripts and workers say to each other. Run on the phone alone. */
const WIDTHLESS = /(events|map-basemap|reports-kinds|reports-offline|reports-steps|stream|unfetched|watch|worker)\.spec\.ts$/;
const common = { locale: "zh-CN", timezoneId: "Asia/Shanghai", launchOptions, trace: (process.env.CI ? "on-first-retry" : "retain-on-failure") as "on-first-retry" | "retain-on-failure", actionTimeout: 15_000, navigationTimeout: 30_000 };

export default defineConfig({
  testDir: "tests",
  globalSetup: "./support/global-setup.ts",
  outputDir: "test-results/artifacts",
  fullyParallel: true,
  workers: 2,
  // Debug builds render slowly on a small machine; a hang still ends.
  timeout: 60_000,
  expect: { timeout: process.env.CI ? 20_000 : 10_000 },
  // A machine that also builds may be too slow for a moment; the second try is named in the report, a fault fails twice.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: "test-results/report.json" }]],
  projects: [
    {
      name: "phone",
      testIgnore: WIDTHS,
      use: {
        ...common,
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
        deviceScaleFactor: 2,
        userAgent: "Mozilla/5.0 (Linux; Android 13; V2244A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
      },
    },
    { name: "tablet", testIgnore: [WIDTHS, WIDTHLESS], use: { ...common, viewport: { width: 1024, height: 768 } } },
    { name: "widths", testMatch: WIDTHS, use: common },
  ],
});
