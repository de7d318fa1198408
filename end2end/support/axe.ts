import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * A page that one has just come to has its title, and what changes its colour gradually has come to rest: what lasts a moment is no fault.
 * What never comes to rest (a busy sign) is not waited for.
 */
async function settled(page: Page): Promise<void> {
  await expect(page).toHaveTitle(/\S/);
  await page.evaluate(() => {
    const ending = document.getAnimations().filter((animation) => animation.playState === "running" && animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.allSettled(ending.map((animation) => animation.finished)).then(() => undefined);
  });
}

/** No violation of WCAG 2.2 AA, nor of axe's best practices; what it finds is told by rule and place. */
export async function axe(page: Page): Promise<void> {
  await settled(page);
  // That there is a title was waited for; while axe looks, another page's may just be taken away for this one's.
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).disableRules(["document-title"]).analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary?.replaceAll(/\s+/g, " ")}`) }));
  expect(found, "what axe found").toEqual([]);
}
