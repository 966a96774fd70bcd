import { fileURLToPath } from 'node:url';
import { type Load, repliesPerSecond } from '../load/load.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { dataFolder, site, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, type Section, shareWithRange, whole, wholeWithRange } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const signScript = fileURLToPath(new URL('../client/sign-process.ts', import.meta.url));

/** Measures access tokens issued per second, beside signatures alone, which are the part of the work that no server can save. */
export const tokens: Section = {
  name: 'tokens',
  async measure(context) {
    const { rounds, seconds, warmUpSeconds } = context;
    const signed: number[] = [];
    const minted: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`tokens: round ${round} of ${rounds}, signatures alone`);
      const { perSecond } = await runNode<{ perSecond: number }>(cores.server, signScript, { seconds, warmUpSeconds });
      signed.push(perSecond);
      progress(`tokens: round ${round} of ${rounds}, passbeam`);
      minted.push(await mintedPerSecond(context));
    }
    const rows: [string, number[]][] = [
      ['RS256 signatures alone', signed],
      ['tokens minted, client_credentials', minted],
    ];
    return {
      title: 'Tokens',
      method: [
        'Access tokens (RS256, a key of 2048 bits) from POST /oidc/token, against the same signatures and nothing else, one core each.',
        `Rounds: ${rounds}. In each, both are started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s.`,
      ],
      columns: ['', 'per second, one core', 'share of signing alone'],
      rows: rows.map(([name, rates]) => [
        name,
        wholeWithRange(spread(rates)),
        rates === signed ? '1.00' : shareWithRange(ratios(rates, signed)),
      ]),
      targets: [],
      bars: {
        title: 'Tokens per second, one core',
        bars: rows.map(([label, rates]) => {
          const { median } = spread(rates);
          return { label, value: median, shown: whole(median) };
        }),
      },
      missing: [],
    };
  },
};

async function mintedPerSecond({ folder, seconds, warmUpSeconds }: Context): Promise<number> {
  const product = await startProduct({
    core: cores.server,
    dataFolder: dataFolder(folder, 'tokens'),
    limits: 'off',
  });
  try {
    const fields = { grant_type: 'client_credentials', client_id: site.id, client_secret: site.secret };
    const load: Load = {
      origin: product.origin,
      paths: ['/oidc/token'],
      post: { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() },
    };
    await repliesPerSecond(load, warmUpSeconds);
    return await repliesPerSecond(load, seconds);
  } finally {
    await product.stop();
  }
}
