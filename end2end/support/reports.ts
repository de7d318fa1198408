// Matters by the addresses that their forms have: quick where a test has looked at the form itself before.

import { expect, type Page } from "@playwright/test";

export const GRID = "320581001001001";
export const COMMUNITY = "320581001001";

/** Reports something as whoever is signed in on `page`, as a device does that kept it until now; the code of its page. */
export async function report(page: Page, origin: string, fields: Record<string, string>): Promise<string> {
  const form = { key: crypto.randomUUID(), kind: "problem", category: "facility", node: GRID, open: "true", ...fields };
  const answer = await page.request.post("/api/v1/reports/send", { form, headers: { origin } });
  expect(answer.ok(), `${answer.status()} ${await answer.text()}`).toBe(true);
  return ((await answer.json()) as { code: string }).code;
}

/** Tries a step as a browser does without script; where it leads. */
export async function tried(page: Page, origin: string, code: string, action: string, fields: Record<string, string> = {}): Promise<string> {
  const multipart = { __form: action, code, action, ...fields };
  const answer = await page.request.post("/reports/act", { multipart, maxRedirects: 0, headers: { origin } });
  expect(answer.status(), `${action}: ${await answer.text()}`).toBe(303);
  return answer.headers().location ?? "";
}

/** As {@link tried}, and it is taken. */
export async function step(page: Page, origin: string, code: string, action: string, fields: Record<string, string> = {}): Promise<void> {
  const to = await tried(page, origin, code, action, fields);
  // To the matter, or, where it is nothing of theirs any more, to the list.
  expect([`/reports/${code}`, "/reports"].map((page) => `${page}?done=${action}`), `${action} led to ${to}`).toContain(to);
}
