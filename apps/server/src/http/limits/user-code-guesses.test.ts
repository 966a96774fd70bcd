import { expect, it } from 'vitest';
import { openTestPassbeam } from '../../testing.ts';

/** As many networks as the common budget holds budgets of one. */
it('guesses at user codes run out for everybody together, however many networks they come from', async () => {
  const passbeam = await openTestPassbeam();
  try {
    const guess = (ip: string) =>
      passbeam.app.inject({
        method: 'POST',
        url: '/device',
        remoteAddress: ip,
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost:3000' },
        payload: 'user_code=BCDF-GHJK',
      });
    for (let network = 0; network < 100; network++) {
      const ip = `203.0.${network}.7`;
      await Promise.all(Array.from({ length: 30 }, () => guess(ip)));
    }
    expect((await guess('198.51.100.1')).statusCode).toBe(429);
    passbeam.pass(601);
    expect((await guess('198.51.100.1')).statusCode).toBe(400);
  } finally {
    await passbeam.close();
  }
});
