import { fileURLToPath } from 'node:url';
import type { RedirectLoad, RedirectRates } from '../client/redirect-process.ts';
import { cores } from '../machine.ts';
import { peerReady } from '../peers/peer.ts';
import { runNode, startNode } from '../process.ts';
import { dataFolder, signInPeople, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, orMissing, type Section, share, shareWithRange, whole, wholeWithRange } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const atOnce = 32;

const passbeam = 'passbeam: page, scan, confirm, code exchange';
const peer = 'node-oidc-provider: two forms, code exchange';

/** Measures sign-ins by redirect per second, complete, beside node-oidc-provider's own flow with its memory adapter. */
export const redirects: Section = {
  name: 'redirects',
  async measure(context) {
    const { rounds, seconds, warmUpSeconds } = context;
    const missing: string[] = [];
    const measured = new Map<string, RedirectRates[]>([
      [passbeam, []],
      [peer, []],
    ]);
    const contenders: [string, () => Promise<RedirectRates>][] = [
      [passbeam, () => measurePassbeam(context)],
      [peer, () => measurePeer(context)],
    ];
    for (let round = 1; round <= rounds; round++) {
      for (const [name, measure] of contenders) {
        progress(`redirects: round ${round} of ${rounds}, ${name}`);
        const rates = await orMissing(missing, name, measure);
        if (rates !== null) measured.get(name)?.push(rates);
      }
    }
    const perSecond = (name: string) => (measured.get(name) ?? []).map((rates) => rates.perSecond);
    const names = [...measured.keys()].filter((name) => perSecond(name).length === rounds);
    return {
      title: 'Sign-ins by redirect',
      method: [
        `Whole sign-ins from the request at the authorization endpoint to the ID token, each in a browser without cookies, ${atOnce} at a time; the server has one core.`,
        'passbeam: ten requests, two of them of the phone, SQLite with every commit durable, two RS256 signatures. node-oidc-provider: eight requests with its pages for development, nothing kept but in memory, one signature.',
        `Rounds: ${rounds}. In each, both are started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s.`,
      ],
      columns: ['', 'sign-ins/s', 'share of the peer', 'load busy'],
      rows: names.map((name) => [
        name,
        wholeWithRange(spread(perSecond(name))),
        name === peer || !names.includes(peer) ? '1.00' : shareWithRange(ratios(perSecond(name), perSecond(peer))),
        share(spread((measured.get(name) ?? []).map(({ loadBusy }) => loadBusy)).median),
      ]),
      targets: [],
      bars: {
        title: 'Sign-ins by redirect per second',
        bars: names.map((label) => {
          const { median } = spread(perSecond(label));
          return { label, value: median, shown: whole(median) };
        }),
      },
      missing,
    };
  },
};

const send = ({ seconds, warmUpSeconds }: Context, origin: string, way: RedirectLoad['way']) =>
  runNode<RedirectRates>(cores.load, pathOf('client/redirect-process.ts'), {
    ...{ origin, way, connections: atOnce, seconds, warmUpSeconds },
  } satisfies RedirectLoad);

async function measurePassbeam(context: Context): Promise<RedirectRates> {
  const folder = dataFolder(context.folder, 'redirects');
  const product = await startProduct({ core: cores.server, dataFolder: folder, limits: 'off' });
  try {
    return await send(context, product.origin, { phones: await signInPeople(product.origin) });
  } finally {
    await product.stop();
  }
}

async function measurePeer(context: Context): Promise<RedirectRates> {
  const { announced, stop } = await startNode(cores.server, pathOf('peers/oidc-provider-login.ts'), peerReady, {});
  try {
    return await send(context, announced, 'forms');
  } finally {
    await stop();
  }
}
