import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { which } from './which.ts';

/** Draws the same pages as a whole Chromium with a third less work, but has no camera. */
const shell = 'chromium-headless-shell';
const whole = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const onMacs = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * Launches the browser that is installed on this machine, or that CHROMIUM_PATH names, without the requests it sends in the background.
 * @throws Error when there is none
 */
export function launchBrowser(...args: string[]): Promise<Browser> {
  return launch([shell, ...whole], args);
}

/** Launches one whose pages have a camera, which shows the film in this file. Chromium reads the file when a page opens the camera. */
export function launchBrowserWithCamera(film: string, ...args: string[]): Promise<Browser> {
  return launch(whole, ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`, ...args]);
}

function launch(names: string[], args: string[]): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? which(names) ?? (existsSync(onMacs) ? onMacs : null);
  if (executablePath === null) {
    throw new Error('no Chromium found: install the package "chromium", or name the program in CHROMIUM_PATH');
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}
