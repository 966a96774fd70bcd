import { startDemo } from './server.ts';

const env = (name: string): string => {
  const value = process.env[name];
  if (!value) {
    process.stderr.write(
      `${name} is not set. The demo needs PASSBEAM_URL, SITE_APP_ID, SITE_APP_SECRET, PHONE_APP_ID and USER_POOL_ID; DEMO_HOST and DEMO_PORT are optional.\n`,
    );
    process.exit(1);
  }
  return value;
};

const demo = await startDemo({
  host: process.env.DEMO_HOST ?? '127.0.0.1',
  port: Number(process.env.DEMO_PORT ?? 3001),
  passbeamUrl: env('PASSBEAM_URL'),
  siteApplication: { id: env('SITE_APP_ID'), secret: env('SITE_APP_SECRET') },
  phoneApplication: { id: env('PHONE_APP_ID') },
  userPoolId: env('USER_POOL_ID'),
});
process.stdout.write(`demo web site ${demo.siteUrl}\ndemo phone    ${demo.phoneUrl}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void demo.close());
