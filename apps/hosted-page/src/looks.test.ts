import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../../../packages/widget/src/browser.fixture.ts';
import { type Double, openDouble } from './double.fixture.ts';
import { play, scenes } from './scenes.fixture.ts';

/** What holds at every step, in every look: accessible, and no wider than the window. */

let double: Double;
let browser: Browser;
beforeAll(async () => {
  double = await openDouble();
  browser = await launchBrowser();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await double?.close();
});

it.each(scenes.map((scene, index) => ({ ...scene, language: index % 2 ? ('zh' as const) : ('en' as const) })))(
  '$name is accessible and fits, at 320 pixels in light and at 500 in dark ($language)',
  async ({ language, ...scene }) => {
    const look = { width: 320, height: 640, scheme: 'light', language } as const;
    const { page, close } = await play(scene, double, browser, look);
    try {
      expect(await findings(page)).toEqual([]);
      expect(await widthOf(page)).toBe(320);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await page.setViewportSize({ width: 500, height: 700 });
      expect(await findings(page)).toEqual([]);
      expect(await widthOf(page)).toBe(500);
    } finally {
      await close();
    }
  },
);

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

/** What axe-core complains of. It is put in by the debugger, past the page's policy. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${id} (${impact}): ${html}`));
  });
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}
