import { expectAnswers } from '../load/expect.ts';
import { type Load, send } from '../load/load.ts';
import { cores } from '../machine.ts';
import { createShownCode, dataFolder, startProduct, statusPath } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, type Result, type Section, shareWithRange } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

/** As many QR codes as one address may have at a time. */
const codes = 50;
const floodConnections = 32;
const mostTimes = 3;

const idle = 'nothing else';
const oneImage = 'one image asked for as fast as it is given';
const manyImages = `the images of ${codes} codes`;

/** Measures how much polls are slowed by somebody who requests images of QR codes without end. */
export const images: Section = {
  name: 'images',
  async measure(context) {
    const slowest = new Map<string, number[]>([idle, oneImage, manyImages].map((name) => [name, []]));
    const rates = new Map<string, number[]>([oneImage, manyImages].map((name) => [name, []]));
    for (let round = 1; round <= context.rounds; round++) {
      progress(`images: round ${round} of ${context.rounds}`);
      await measureRound(context, round, (name, p99Ms, imagesPerSecond) => {
        slowest.get(name)?.push(p99Ms);
        rates.get(name)?.push(imagesPerSecond ?? 0);
      });
    }
    return report(context, slowest, rates);
  },
};

async function measureRound(
  { folder, seconds, warmUpSeconds }: Context,
  round: number,
  note: (name: string, p99Ms: number, imagesPerSecond?: number) => void,
): Promise<void> {
  const data = dataFolder(folder, `images-${round}`);
  const { origin, stop } = await startProduct({ core: cores.server, dataFolder: data });
  try {
    const shown = [];
    for (let made = 0; made < codes; made++) shown.push(await createShownCode(origin));
    const polls: Load = { origin, paths: shown.map(({ qrcodeId }) => statusPath(qrcodeId)) };
    await expectAnswers(polls, '"PENDING"');
    await send(polls, warmUpSeconds);
    note(idle, (await send(polls, seconds)).p99Ms);
    const paths = shown.map(({ imagePath }) => imagePath);
    for (const [name, asked] of [
      [oneImage, paths.slice(0, 1)],
      [manyImages, paths],
    ] as const) {
      const flood: Load = { origin, paths: [...asked], connections: floodConnections, isBeside: true };
      const beside = async () => {
        await send(polls, warmUpSeconds);
        return send(polls, seconds);
      };
      const [{ p99Ms }, { perSecond }] = await Promise.all([beside(), send(flood, warmUpSeconds + seconds)]);
      note(name, p99Ms, perSecond);
    }
  } finally {
    await stop();
  }
}

function report({ rounds, seconds }: Context, slowest: Map<string, number[]>, rates: Map<string, number[]>): Result {
  const of = (name: string) => slowest.get(name) ?? [];
  return {
    title: 'Images of codes',
    method: [
      `Polls over 64 keep-alive connections, timed for ${seconds} s: alone, then beside ${floodConnections} more connections that ask for images as fast as they are given and give way to the polls' generator, whose core they share. Limits and log level as delivered.`,
      `Rounds: ${rounds}, each with a new server, new codes and images that nobody asked for before.`,
    ],
    columns: ['beside the polls', 'images/s', 'p99 of a poll, ms', 'times idle'],
    rows: [...slowest].map(([name, values]) => [
      name,
      name === idle ? '' : spread(rates.get(name) ?? []).median.toFixed(0),
      spread(values).median.toFixed(1),
      name === idle ? '1.00' : shareWithRange(ratios(values, of(idle))),
    ]),
    targets: [oneImage, manyImages].map((name) => ({
      what: `p99 of polls beside ${name}, times idle`,
      measured: ratios(of(name), of(idle)),
      bound: mostTimes,
      must: 'stay below',
      unit: '',
    })),
    bars: null,
    missing: [],
  };
}
