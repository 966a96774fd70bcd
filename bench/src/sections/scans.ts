import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { LoginLoad, LoginRates } from '../client/login-process.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { companyAudience, companyIssuer, dataFolder, people, signInPeople, site, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, type Section, shareWithRange, wholeWithRange } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/login-process.ts', import.meta.url));
const atOnce = 64;
const bound = 1.3;

/** Measures what SCAN costs with a token of the company's own, whose key the server knows, beside one with a token of ours. */
export const scans: Section = {
  name: 'scans',
  async measure(context) {
    const { rounds } = context;
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench' };
    const rates = { ours: [] as number[], companys: [] as number[] };
    for (let round = 1; round <= rounds; round++) {
      progress(`scans: round ${round} of ${rounds}`);
      const folder = dataFolder(context.folder, `scans-${round}`);
      const product = await startProduct({ core: cores.server, dataFolder: folder, limits: 'off', companyKey: jwk });
      try {
        const tokens = {
          ours: await signInPeople(product.origin),
          companys: people.map((sub) => signed(sub, privateKey)),
        };
        const kinds = ['ours', 'companys'] as const;
        // Whoever comes second meets a warmer server: they take turns.
        for (const kind of round % 2 === 1 ? kinds : kinds.toReversed()) {
          rates[kind].push(await scansPerSecond(context, product.origin, tokens[kind]));
        }
      } finally {
        await product.stop();
      }
    }
    const slower = ratios(rates.ours, rates.companys);
    return {
      title: 'Scans by the token of a company',
      method: [
        `SCAN of codes that wait, ${atOnce} at a time by ${people.length} people, rate limits off: with access tokens of ours, and with JWTs (RS256, a key of 2048 bits) that the pool trusts.`,
        `Rounds: ${rounds}. In each, a new server takes both in turn, after whole logins of both kinds.`,
      ],
      columns: ['', 'scans/s, one core', 'time, of ours'],
      rows: [
        ['a token of ours', wholeWithRange(spread(rates.ours)), '1.00'],
        ["a company's JWT", wholeWithRange(spread(rates.companys)), shareWithRange(slower)],
      ],
      targets: [
        {
          what: "SCAN with a company's JWT, time of one with a token of ours",
          measured: slower,
          bound,
          must: 'stay below',
          unit: '',
        },
      ],
      bars: null,
      missing: [],
    };
  },
};

async function scansPerSecond({ isQuick, warmUpSeconds }: Context, origin: string, accessTokens: string[]) {
  const load: LoginLoad = {
    origins: [origin],
    pids: [],
    site,
    accessTokens,
    what: 'logins',
    connections: atOnce,
    seconds: 1,
    warmUpSeconds,
    eachStep: isQuick ? 50 : 4_000,
  };
  const { steps } = await runNode<LoginRates>(cores.load, loadScript, load);
  return steps?.scan.perSecond ?? Number.NaN;
}

/** A JWT as the company's auth server issues it. */
function signed(sub: string, key: KeyObject): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: companyIssuer,
    aud: companyAudience,
    sub,
    sid: `login-of-${sub}`,
    name: sub,
    iat,
    exp: iat + 3600,
  };
  const parts = [{ alg: 'RS256', typ: 'at+jwt', kid: 'bench' }, claims];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createSign('sha256').update(input).sign(key).toString('base64url')}`;
}
