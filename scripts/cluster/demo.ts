import { fileURLToPath } from 'node:url';
import type { DemoSheet } from '@passbeam/demo/demo-sheet';
import { CannotRun } from '@passbeam/workshop/cannot-run';
import type { Program, startProgram } from '@passbeam/workshop/program';

const program = fileURLToPath(new URL('../../apps/demo/src/main.ts', import.meta.url));

/** `on` or `off`, or a value that nodes will refuse. As in the server, the default is on, unless a configuration file brings applications. @throws CannotRun */
export function wantedDemo({ DEMO, PASSBEAM_CONFIG }: NodeJS.ProcessEnv): string {
  if (PASSBEAM_CONFIG === undefined) return DEMO ?? 'on';
  if (DEMO !== 'on') return DEMO ?? 'off';
  throw new CannotRun(
    'DEMO is on, but the demo of a cluster needs its own pool: write DEMO=off, or no PASSBEAM_CONFIG',
  );
}

/** Starts the demo as a process of its own. Like any other site, it knows only the public address of the cluster. */
export function startDemo(
  options: { port: number; publicUrl: string; sheet: DemoSheet; say(line: string): void },
  start: typeof startProgram,
): Program {
  const { login, siteApplication, phoneApplication, userPool } = options.sheet;
  return start('demo', [process.execPath, program], {
    env: {
      ...process.env,
      PASSBEAM_URL: options.publicUrl,
      SITE_APP_ID: siteApplication.id,
      SITE_APP_SECRET: siteApplication.secret,
      PHONE_APP_ID: phoneApplication.id,
      USER_POOL_ID: userPool.id,
      DRAWN_ACCOUNT: login.account,
      DEMO_HOST: '127.0.0.1',
      DEMO_PORT: String(options.port),
    },
    // Its addresses are left out, because the cluster prints them in its own words.
    onLine: (line) => !/^demo (web site|phone) +http/.test(line) && options.say(`demo: ${line}`),
  });
}
