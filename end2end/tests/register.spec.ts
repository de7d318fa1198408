// Finding the grid one lives in: by search, by location, by map. Nothing typed is lost on any of these ways.

import { axe, expect, live, test } from "../fixtures";
import { askForCode, codeField, finish, phoneField, shownCode } from "../support/accounts";
import type { APIRequestContext, Page } from "@playwright/test";

/** 花园浜社区, whose grids have borders in the demonstration. */
const COMMUNITY = "320581001001";

/** Comes to the registration form with a number that nobody has. */
async function toRegistration(page: Page, phone: string): Promise<void> {
  await page.goto("/sign-in");
  await phoneField(page).fill(phone);
  await askForCode(page).click();
  await codeField(page).fill(await shownCode(page));
  await finish(page).click();
  await expect(page).toHaveURL(/\/register$/);
}

async function search(page: Page, words: string): Promise<void> {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("radio").first()).toBeVisible();
}

async function type(page: Page): Promise<void> {
  await page.getByLabel(/^姓名/).fill("寻家");
  await page.getByLabel(/^门牌/).fill("9 幢 901 室");
  await page.getByLabel(/已满 14 周岁/).check();
}

async function stillTyped(page: Page): Promise<void> {
  await expect(page.getByLabel(/^姓名/)).toHaveValue("寻家");
  await expect(page.getByLabel(/^门牌/)).toHaveValue("9 幢 901 室");
  await expect(page.getByLabel(/已满 14 周岁/)).toBeChecked();
}

interface Area {
  properties: { code: string };
  geometry: { type: "Polygon"; coordinates: [number, number][][] } | { type: "MultiPolygon"; coordinates: [number, number][][][] };
}

/** A grid of the community and a place in it. */
async function somewhere(request: APIRequestContext): Promise<{ code: string; longitude: number; latitude: number }> {
  const { features } = (await (await request.get(`/map/data/${COMMUNITY}.geojson`)).json()) as { features: Area[] };
  for (const { properties, geometry } of features) {
    if (properties.code.length <= COMMUNITY.length) continue;
    const ring = (geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates[0]?.[0]) ?? [];
    const longitude = ring.reduce((sum, [lon]) => sum + lon, 0) / ring.length;
    const latitude = ring.reduce((sum, [, lat]) => sum + lat, 0) / ring.length;
    const answer = await request.post("/api/v1/accounts/grids/at", { form: { lon: longitude, lat: latitude } });
    // The middle of the corners lies outside of a grid that is bent.
    if (answer.ok() && (await answer.json()) === properties.code) return { code: properties.code, longitude, latitude };
  }
  throw new Error("no grid with a place in its middle");
}

test("by search: looking again keeps what was typed", async ({ page }) => {
  await toRegistration(page, "13700000011");
  await live(page);
  await search(page, "花园浜");
  await type(page);
  await page.getByRole("searchbox").fill("hyb");
  await expect(page).toHaveURL(/q=hyb/);
  await expect(page.getByRole("searchbox")).toBeFocused();
  await expect(page.getByRole("radio").first()).toBeVisible();
  await stillTyped(page);
  await page.getByRole("searchbox").fill("火星");
  await expect(page.getByText(/没有找到/).first()).toBeVisible();
  await search(page, "花园浜");
  await stillTyped(page);
});

test("by location, where the browser may tell it", async ({ page, context, request, shot }) => {
  const { code, longitude, latitude } = await somewhere(request);
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude, latitude });
  await toRegistration(page, "13700000012");
  await live(page);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.getByRole("button", { name: "用我的位置" }).click();
  await expect(page).toHaveURL(new RegExp(`node=${code}$`));
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(1);
  for (const url of asked) expect(url, "where one is stands in no address").not.toContain(longitude.toFixed(3));
  await axe(page);
  await shot("register-located");
  await type(page);
  await page.getByLabel(/我看过了/).check();
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page).toHaveURL(/\/me\?done=registered/);
});

test("by location outside of all grids: says so, and what was typed stays", async ({ page, context, watched }) => {
  watched.allow(/^422 .*\/grids\/at$/);
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 87.6, latitude: 43.8 });
  await toRegistration(page, "13700000013");
  await live(page);
  await search(page, "花园浜");
  await type(page);
  await page.getByRole("button", { name: "用我的位置" }).click();
  await expect(page.getByText(/不在已经画好的网格里/)).toBeVisible();
  await stillTyped(page);
});

test("by location, refused: says what to do instead", async ({ page, shot }) => {
  // A browser without a person in front of it never answers its own question.
  await page.addInitScript(() => {
    navigator.geolocation.getCurrentPosition = (_found, refused) => refused?.({ code: 1, message: "denied", PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 });
  });
  await toRegistration(page, "13700000014");
  await live(page);
  await page.getByRole("button", { name: "用我的位置" }).click();
  await expect(page.getByText(/没有得到定位的许可/)).toBeVisible();
  await expect(page.getByRole("button", { name: "用我的位置" })).toBeEnabled();
  await axe(page);
  await shot("register-location-refused");
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test.use({ javaScriptEnabled });

    test("by map, and back with the grid and all that was typed", async ({ page, shot }) => {
      await toRegistration(page, javaScriptEnabled ? "13700000015" : "13700000016");
      if (javaScriptEnabled) await live(page);
      await search(page, "花园浜");
      await type(page);
      await page.getByRole("button", { name: "在地图上选" }).click();
      await expect(page).toHaveURL(/\/map/);
      await expect(page.getByText(/您在选自己住的网格/)).toBeVisible();
      await page.goto(`/map/${COMMUNITY}`);
      if (javaScriptEnabled) await live(page);
      const list = page.locator("#map-list").getByRole("link").nth(1);
      const code = (await list.getAttribute("data-code")) as string;
      await list.click();
      const here = page.getByRole("link", { name: "就住这里" });
      await expect(here).toHaveAttribute("href", `/register?node=${code}`);
      await shot(javaScriptEnabled ? "register-on-map" : "plain-register-on-map");
      await here.click();
      await expect(page.getByRole("radio", { checked: true })).toHaveCount(1);
      if (javaScriptEnabled) await live(page);
      await stillTyped(page);
      expect(decodeURIComponent(page.url())).not.toContain("寻家");
      await page.goto(`/map/${COMMUNITY}`);
      await expect(page.getByText(/您在选自己住的网格|就住这里/), "the choice is over").toHaveCount(0);
    });

    test("looking again, or not choosing after all, loses nothing", async ({ page }) => {
      await toRegistration(page, javaScriptEnabled ? "13700000017" : "13700000018");
      if (javaScriptEnabled) await live(page);
      await search(page, "花园浜");
      await type(page);
      await page.getByRole("button", { name: "都不是，重新找" }).click();
      await expect(page).toHaveURL(/\/register$/);
      if (javaScriptEnabled) await live(page);
      await page.getByRole("button", { name: "在地图上选" }).click();
      await expect(page).toHaveURL(/\/map/);
      await page.getByRole("link", { name: "不选了，回去" }).click();
      await expect(page).toHaveURL(/\/register$/);
      if (javaScriptEnabled) await live(page);
      await search(page, "花园浜");
      await stillTyped(page);
    });
  });
}

test("somebody who moves finds their new grid the same way", async ({ page, signIn }) => {
  await signIn("resident");
  await page.goto("/me/home");
  await live(page);
  await search(page, "花园浜");
  await page.getByLabel(/^门牌/).fill("新家 1 幢");
  await page.getByRole("button", { name: "在地图上选" }).click();
  await expect(page).toHaveURL(/\/map/);
  await page.goto(`/map/${COMMUNITY}`);
  await live(page);
  await page.locator("#map-list").getByRole("link").first().click();
  await page.getByRole("link", { name: "就住这里" }).click();
  await expect(page).toHaveURL(/\/me\/home\?node=/);
  await live(page);
  await expect(page.getByLabel(/^门牌/)).toHaveValue("新家 1 幢");
});
