// A test fails on anything that the browser complains of, unless the test said beforehand that it belongs.

import { expect, type Page } from "@playwright/test";

export interface Watch {
  /** What belongs to this test: matched against the whole complaint, such as `404 http://…/orgs/9`. */
  allow(...patterns: RegExp[]): void;
  /** Complaints so far that nothing allows. */
  complaints(): string[];
}

/**
 * Says nothing about the page: a request that the page itself gave up, because it was left or a newer one replaced it; and
 * "csp", which is how Chromium names scripts and their preloads that it refuses where JavaScript is switched off (a
 * violation of the policy also comes as a console error).
 */
const GIVEN_UP = /net::ERR_ABORTED|NS_BINDING_ABORTED|^csp$/;

export function watch(page: Page): Watch {
  const seen: string[] = [];
  const allowed: RegExp[] = [];
  const own = (address: string) => {
    const here = page.url();
    return here.startsWith("http") ? new URL(address).origin === new URL(here).origin : true;
  };
  page.on("console", (message) => {
    const text = message.text();
    // The browser's own line for a bad answer comes with the answer itself, which is looked at below.
    if (message.type() === "error" && text.startsWith("Failed to load resource")) return;
    const { url } = message.location();
    if (message.type() === "error") seen.push(`console error: ${text} (${url})`);
    if (message.type() === "warning" && /hydrat|Content.Security|deprecat|panick/i.test(text)) seen.push(`console warning: ${text} (${url})`);
  });
  page.on("pageerror", (error) => seen.push(`uncaught: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && own(response.url())) seen.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    if (own(request.url()) && !GIVEN_UP.test(reason)) seen.push(`failed: ${reason} ${request.url()}`);
  });
  return {
    allow: (...patterns) => void allowed.push(...patterns),
    complaints: () => seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  };
}

export const expectQuiet = (watched: Watch): void => expect(watched.complaints(), "what the browser complained of").toEqual([]);
