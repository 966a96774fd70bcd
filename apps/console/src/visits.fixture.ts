import { launchBrowser } from '@passbeam/workshop/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Double, openDouble } from './double.fixture.ts';

export interface Look {
  width?: number;
  scheme?: 'light' | 'dark';
  locale?: string;
}

/** One console and one browser for the tests of a file, who visit it in a window of their own each. */
export interface Visits {
  double: Double;
  /** Opens a page of the pool, or one of no pool where the path begins with `/$`. */
  open(path: string, look?: Look): Promise<Page>;
  /** Ends the visit. Returns what broke on its pages, and what their policy blocked. */
  leave(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openVisits(environment?: Record<string, string>): Promise<Visits> {
  const [double, browser]: [Double, Browser] = await Promise.all([openDouble(environment), launchBrowser()]);
  const wrong: string[] = [];
  let context: BrowserContext | undefined;
  return {
    double,
    async open(path, { width = 1280, scheme = 'light', locale = 'en-US' } = {}) {
      context = await browser.newContext({
        viewport: { width, height: 860 },
        colorScheme: scheme,
        locale,
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) wrong.push(message.text());
      });
      page.on('pageerror', (error) => wrong.push(error.message));
      await page.goto(addressOf(double, path));
      return page;
    },
    async leave() {
      double.become('owner');
      await context?.close();
      return wrong.splice(0);
    },
    async close() {
      await browser.close();
      await double.close();
    },
  };
}

export const addressOf = ({ origin, pool }: Double, path: string) =>
  `${origin}/console${path.startsWith('/$') ? path.slice(2) : `/${pool}${path}`}`;
