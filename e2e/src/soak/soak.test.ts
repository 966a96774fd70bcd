import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@passbeam/workshop/free-port';
import { expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { Attackers } from './attacks.ts';
import { Visitors } from './logins.ts';

/** How long the test runs; `npm run test:soak` sets ten minutes. */
const seconds = Number(process.env.SOAK_SECONDS ?? 30);
const loginsPerSecond = 20;
const ceilings = { megabytesOverIdle: 300, loopDelayMs: 200 };

/** Enough people for all logins, since each may scan 20 QR codes a minute. */
const people = Array.from({ length: 80 }, (_, index) => ({
  username: `visitor-${index}`,
  password: `a long password of visitor ${index}`,
}));

const megabytesOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const filesOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

it('people log in while others without an account attack the server, which stays small and quick', {
  timeout: (seconds + 120) * 1000,
}, async () => {
  const metricsPort = await freePort();
  const product = await startProduct({
    direct: true,
    people,
    qrcodeExpiresIn: 900,
    environment: { METRICS_PORT: String(metricsPort), TRUSTED_PROXIES: '127.0.0.1' },
  });
  const loopDelayMs = async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
  };
  const port = Number(new URL(product.url).port);
  const visitors = new Visitors(port);
  try {
    await visitors.signIn(people);
    for (let count = 0; count < 10; count++) await visitors.logIn();
    const idle = megabytesOf(product.pid());
    // The server reports the delay since the last question, so this one starts the measurement.
    await loopDelayMs();

    const { qrcodeId, image } = await visitors.code();
    const query = `qrcodeId=${qrcodeId}`;
    const attackers = new Attackers(port, Number(new URL(product.siteUrl).port), {
      image,
      poll: `/api/v3/get-qrcode-status?${query}`,
      stream: `/api/v3/watch-qrcode-status?${query}`,
    });
    attackers.begin();
    const took: number[] = [];
    const failures: string[] = [];
    const logins: Promise<void>[] = [];
    let [most, mostFiles, filesOverCeiling] = [0, 0, 0];
    const beganAt = performance.now();
    for (let count = 0; count < seconds * loginsPerSecond; count++) {
      await wait(Math.max(0, beganAt + (count * 1000) / loginsPerSecond - performance.now()));
      logins.push(
        visitors.logIn().then(
          (ms) => void took.push(ms),
          (error: Error) => void failures.push(error.message),
        ),
      );
      if (count % loginsPerSecond === 0) {
        const files = filesOf(product.pid());
        most = Math.max(most, megabytesOf(product.pid()));
        mostFiles = Math.max(mostFiles, files);
        filesOverCeiling = Math.max(filesOverCeiling, files - 2 * attackers.sockets - 200);
      }
    }
    await Promise.all(logins);
    const delay = await loopDelayMs();
    attackers.end();

    took.sort((a, b) => a - b);
    const [median, slow] = [0.5, 0.99].map((share) => Math.round(took[Math.floor(took.length * share)] ?? 0));
    console.log(
      `${seconds} s: ${took.length} logins (median ${median} ms, p99 ${slow} ms), ${failures.length} failed; ${attackers.tally}; ` +
        `memory ${Math.round(idle)} MB idle, ${Math.round(most)} MB at most; ${mostFiles} open files at most; loop delay p99 ${Math.round(delay)} ms`,
    );
    expect(failures).toEqual([]);
    expect(most - idle).toBeLessThan(ceilings.megabytesOverIdle);
    expect(filesOverCeiling).toBeLessThanOrEqual(0);
    expect(delay).toBeLessThan(ceilings.loopDelayMs);
  } finally {
    await product.stop();
  }
});
