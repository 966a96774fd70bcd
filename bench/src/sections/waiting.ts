import { fileURLToPath } from 'node:url';
import type { WaitingFigures, WaitingLoad } from '../client/waiting-process.ts';
import { type Fill, filledBefore, filledEmbedded, filledRedis } from '../filled.ts';
import { cores, mostFiles } from '../machine.ts';
import { runNode } from '../process.ts';
import { signInPeople, site } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, orMissing, type Result, type Section, type Target, whole } from '../section.ts';
import { percentile, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/waiting-process.ts', import.meta.url));

/** Files that a server opens besides its connections: about forty, and some to spare. */
const otherFiles = 100;

/** Measures how soon a waiting page hears of CONFIRM, and how much memory a waiting page costs. */
export const waiting: Section = {
  name: 'waiting',
  async measure(context) {
    const { isQuick } = context;
    const missing: string[] = [];
    const rows: string[][] = [];
    const targets: Target[] = [];
    const [few, many] = isQuick ? [10, 100] : [100, 5_000];
    // Each page is an open file of the server, and the machine may not allow so many.
    const masses = Math.min(isQuick ? 200 : 20_000, mostFiles() - otherFiles);
    const confirmed = isQuick ? 5 : 500;
    const engines: [string, Fill][] = [
      ['embedded', filledEmbedded],
      ['PostgreSQL and Redis', filledRedis],
    ];
    for (const [name, fill] of engines) {
      for (const pages of [few, many]) {
        progress(`waiting: ${name}, ${whole(pages)} pages`);
        const figures = await orMissing(missing, `${name}, ${whole(pages)} pages waiting`, () =>
          measure(context, fill, pages, Math.min(confirmed, pages)),
        );
        if (figures === null) continue;
        const [p50, p99] = [percentile(figures.delays, 0.5), percentile(figures.delays, 0.99)];
        rows.push([name, whole(pages), p50.toFixed(1), p99.toFixed(1), '']);
        if (pages === many) {
          const what = `${name}, CONFIRM to page, p99 with ${whole(pages)} waiting`;
          targets.push({ what, measured: spread([p99]), bound: 20, must: 'stay below', unit: ' ms' });
        }
      }
    }
    const crowded: [string, Fill][] = [['embedded', filledEmbedded]];
    if (context.before !== null) crowded.push(['the earlier passbeam, embedded', filledBefore]);
    for (const [name, fill] of crowded) {
      progress(`waiting: ${name}, memory of ${whole(masses)} pages`);
      const figures = await orMissing(missing, `${name}, memory of ${whole(masses)} pages`, () =>
        measure(context, fill, masses, 0),
      );
      if (figures === null) continue;
      const kilobytes = figures.bytesAPage / 1000;
      rows.push([name, whole(masses), '', '', kilobytes.toFixed(1)]);
      if (fill !== filledEmbedded) continue;
      const what = `resident memory per page with ${whole(masses)} waiting`;
      targets.push({ what, measured: spread([kilobytes]), bound: 12, must: 'stay below', unit: ' kB' });
    }
    return report(rows, targets, missing, confirmed);
  },
};

async function measure(context: Context, fill: Fill, pages: number, confirmed: number): Promise<WaitingFigures> {
  const filled = await fill(context, pages);
  const { origin, pid, stop } = await filled.start();
  try {
    const [accessToken = ''] = await signInPeople(origin);
    const load: WaitingLoad = {
      origin,
      serverPid: pid,
      site,
      accessToken,
      codes: filled.codes,
      confirmed,
    };
    return await runNode<WaitingFigures>(cores.load, loadScript, load);
  } finally {
    await stop();
  }
}

function report(rows: string[][], targets: Target[], missing: string[], confirmed: number): Result {
  return {
    title: 'Waiting pages',
    method: [
      'Each page waits for a code of its own over server-sent events, and each connection is open throughout.',
      `Up to ${whole(confirmed)} of the codes are scanned and confirmed one after the other; the time is from the reply to CONFIRM to the page's event, 0 when the event came first.`,
      'Memory is what the server process has resident with the pages open, less what it had before, shared among them.',
    ],
    columns: ['', 'pages waiting', 'p50 ms', 'p99 ms', 'kB a page'],
    rows,
    targets,
    bars: null,
    missing,
  };
}
