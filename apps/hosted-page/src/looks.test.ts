import { findings } from '@passbeam/workshop/accessibility';
import { launchBrowser } from '@passbeam/workshop/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** Every scene in one of two looks, in turn: a narrow window in light, or the window of a pop-up in dark. */
const looks = [
  { width: 320, height: 640, scheme: 'light', language: 'en' },
  { width: 500, height: 700, scheme: 'dark', language: 'zh' },
] as const;

it.each(scenes.flatMap((scene, index) => ({ scene, name: scene.name, look: looks[index % 2] ?? looks[0] })))(
  '$name is accessible and fits: $look.width pixels, $look.scheme, $look.language',
  async ({ scene, look }) => {
    const { page, close } = await play(scene, double, browser, look);
    try {
      expect(await findings(page)).toEqual([]);
      expect(await widthOf(page)).toBe(look.width);
    } finally {
      await close();
    }
  },
);

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
