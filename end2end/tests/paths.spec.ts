// What is no code, no id and no day leads nowhere: not out of the house, not into a fault of the server.

import { expect, test } from "../fixtures";

const ODD = ["..%2F..%2Fetc%2Fpasswd", "..%5C..%5Cwindows", "%2e%2e%2f", "320581%00", "%F0%9F%98%80", "320581%2F..", "'%20or%201=1--"];

test("odd paths of organisation and map are not found", async ({ request }) => {
  const answers = await Promise.all(
    ODD.flatMap((odd) => [`/orgs/${odd}`, `/map/${odd}`, `/map/data/${odd}`, `/map/data/${odd}.geojson`, `/api/v1/orgs/node?code=${odd}&as_of=&sort=&after=`, `/api/v1/grid/map?code=${odd}&figure=&on=`, `/api/v1/grid/panel?code=${odd}&on=`, `/api/v1/grid/glance?code=${odd}`]).map(async (path) => {
      const answer = await request.get(path, { maxRedirects: 0 });
      return `${answer.status()} ${path}`;
    }),
  );
  expect(answers.filter((line) => !/^4(0[04]|22) /.test(line))).toEqual([]);
});

test("odd values beside a good code are told, or taken for nothing", async ({ request }) => {
  for (const odd of ODD) {
    for (const path of [`/orgs/320581?as_of=${odd}`, `/orgs/320581?after=${odd}`, `/map/data/320581.geojson?on=${odd}`]) {
      expect((await request.get(path)).status(), path).toBe(422);
    }
    for (const path of [`/orgs/320581?sort=${odd}`, `/orgs?q=${odd}`, `/map/320581?on=${odd}`, `/map/320581?sel=${odd}&at=${odd}&figure=${odd}`]) {
      const status = (await request.get(path)).status();
      expect([200, 404, 422], `${path}: ${status}`).toContain(status);
    }
  }
});

test("odd pages of somebody who is signed in are not found either", async ({ page, signIn }) => {
  await signIn("district_admin");
  for (const odd of ODD.slice(0, 4)) {
    for (const path of [`/orgs/${odd}/edit`, `/admin/orgs/import?id=${odd}`, `/admin/map/import?id=${odd}`]) {
      const status = (await page.request.get(path)).status();
      expect([400, 404, 422], `${path}: ${status}`).toContain(status);
    }
    for (const path of ["/admin/orgs/import/apply", "/admin/map/import/apply"]) {
      const answer = await page.request.post(path, {
        form: { id: decodeURIComponent(odd), new: 0, renamed: 0, moved: 0, gone: 0, unchanged: 0, changed: 0, founded: 0 },
        headers: { "sec-fetch-site": "same-origin" },
        maxRedirects: 0,
      });
      expect([404, 422], path).toContain(answer.status());
    }
  }
});
