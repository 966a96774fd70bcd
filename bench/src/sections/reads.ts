import { fileURLToPath } from 'node:url';
import { fillPeopleAndEvents } from '@passbeam/workshop/large-store';
import type { PollFigures, PollLoad } from '../client/poll-process.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { createCode, dataFolder, managementToken, pool, startProduct, statusPath } from '../product.ts';
import { progress } from '../progress.ts';
import { type Section, share, shareWithRange, whole } from '../section.ts';
import { percentile, ratios, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/poll-process.ts', import.meta.url));
const codes = 50;

const reads: PollLoad['reads'] = [
  { path: '/api/v3/list-users', body: { keywords: 'nobody has this' } },
  { path: '/api/v3/get-user-action-logs', body: { clientIp: '203.0.113.9', start: 1 } },
  { path: '/api/v3/list-audit-events', body: { ip: '203.0.113.9' } },
].map(({ path, body }) => ({ path, body: JSON.stringify(body) }));

/** Measures how long polls wait while an operator searches a large store that answers them from the same thread. */
export const operatorReads: Section = {
  name: 'reads',
  async measure({ folder, rounds, seconds, warmUpSeconds, isQuick }) {
    const size = isQuick ? { people: 2_000, events: 10_000 } : { people: 1_000_000, events: 1_000_000 };
    const data = dataFolder(folder, 'reads');
    const start = () => startProduct({ core: cores.server, dataFolder: data, limits: 'off' });
    const first = await start();
    await createCode(first.origin);
    await first.stop();
    progress(`reads: making ${whole(size.people)} people and ${whole(size.events)} events`);
    fillPeopleAndEvents(data, pool.id, size);
    const { origin, stop } = await start();
    const [alone, beside, done]: number[][] = [[], [], []];
    try {
      const paths = [];
      for (let made = 0; made < codes; made++) paths.push(statusPath(await createCode(origin)));
      const load = { origin, paths, token: await managementToken(origin) };
      const run = (what: PollLoad['reads'], forSeconds: number) =>
        runNode<PollFigures>(cores.load, loadScript, { ...load, reads: what, seconds: forSeconds } satisfies PollLoad);
      await run(reads, warmUpSeconds);
      for (let round = 1; round <= rounds; round++) {
        progress(`reads: round ${round} of ${rounds}`);
        alone?.push(percentile((await run([], seconds)).delays, 0.99));
        const figures = await run(reads, seconds);
        beside?.push(percentile(figures.delays, 0.99));
        done?.push(figures.reads);
      }
    } finally {
      await stop();
    }
    const ratio = ratios(beside ?? [], alone ?? []);
    return {
      title: 'Polls beside reads of operators',
      method: [
        `An embedded store of ${whole(size.people)} people and ${whole(size.events)} events; 16 connections poll, each two milliseconds after its last reply.`,
        'Beside them one operator searches people for a word that nobody has, and events for an address that was never seen, one search after the other. In each round the polls are timed without these reads and with them.',
      ],
      columns: ['', 'p99 of polls, ms', 'over polls alone'],
      rows: [
        ['polls alone', share(spread(alone ?? []).median), '1.00'],
        ['polls beside reads', share(spread(beside ?? []).median), shareWithRange(ratio)],
      ],
      targets: [
        {
          what: 'p99 of polls beside reads',
          measured: spread(beside ?? []),
          bound: 25,
          must: 'stay below',
          unit: ' ms',
        },
      ],
      bars: null,
      missing: (done ?? []).some((count) => count === 0) ? ['no read came to its end within a round'] : [],
    };
  },
};
