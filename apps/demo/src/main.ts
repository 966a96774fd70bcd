import { startDemo } from './server.ts';

/** Runs the demo as a process of its own, beside a server or a load balancer. */
const env = (name: string): string => {
  const value = process.env[name];
  if (!value) {
    process.stderr.write(
      `${name} is not set. The demo needs PASSBEAM_URL, SITE_APP_ID, SITE_APP_SECRET, PHONE_APP_ID and USER_POOL_ID; DEMO_HOST, DEMO_PORT and DRAWN_ACCOUNT are optional.\n`,
    );
    process.exit(1);
  }
  return value;
};

const host = process.env.DEMO_HOST ?? '127.0.0.1';
const port = Number(process.env.DEMO_PORT ?? 3001);
const demo = await startDemo({
  host,
  port,
  passbeamUrl: env('PASSBEAM_URL'),
  siteApplication: { id: env('SITE_APP_ID'), secret: env('SITE_APP_SECRET') },
  phoneApplication: { id: env('PHONE_APP_ID') },
  userPoolId: env('USER_POOL_ID'),
  drawnAccount: process.env.DRAWN_ACCOUNT || null,
}).catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE';
  const reason = isTaken ? `port ${port} of ${host} is in use. Write another DEMO_PORT.` : error.message;
  process.stderr.write(`the demo could not start: ${reason}\n`);
  process.exit(1);
});
process.stdout.write(`demo web site ${demo.siteUrl}\ndemo phone    ${demo.phoneUrl}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void demo.close());
