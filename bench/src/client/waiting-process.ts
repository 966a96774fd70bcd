import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { readInput } from '../input.ts';
import { Connection } from './connection.ts';
import { createLoginCalls, type Site } from './login.ts';
import { WaitingPage } from './waiting-page.ts';
import { forEach } from './work.ts';

/** Runs pages that wait, and a phone that confirms some of their codes, in one process, so that one clock times both. */
export interface WaitingLoad {
  origin: string;
  serverPid: number;
  site: Site;
  accessToken: string;
  /** The ids of QR codes; one page waits for each. */
  codes: string[];
  /** How many codes are confirmed, one after the other. */
  confirmed: number;
}

export interface WaitingFigures {
  /** Milliseconds from the reply to CONFIRM to the page's event; 0 when the event was first. */
  delays: number[];
  /** How much of the server's resident memory a waiting page takes. */
  bytesAPage: number;
}

const openedAtOnce = 100;
const pagesBefore = 500;
const settleMs = 10_000;

const { origin, serverPid, site, accessToken, codes, confirmed } = readInput<WaitingLoad>();
const openers = Array.from({ length: openedAtOnce }, () => null);
const openAll = async (some: string[]) => {
  const all = some.map((code, index) => ({ code, index }));
  return (await forEach(all, openers, (_, { code, index }) => WaitingPage.open(origin, code, index))).results;
};

// The first pages make the server allocate what later ones reuse: that is not the cost of a page.
for (const page of await openAll(codes.slice(0, pagesBefore))) page.close();
const before = await settledMemory();
const pages = await openAll(codes);
const bytesAPage = confirmed > 0 ? 0 : ((await settledMemory()) - before) / pages.length;
const delays = await confirmSome();
for (const page of pages) page.close();
const figures: WaitingFigures = { delays, bytesAPage };
console.log(JSON.stringify(figures));

async function confirmSome(): Promise<number[]> {
  const connection = await Connection.open(origin);
  const { scan, confirm } = createLoginCalls(() => connection, site, accessToken);
  const step = codes.length / confirmed;
  const delays: number[] = [];
  for (let sample = 0; sample < confirmed; sample++) {
    const index = Math.floor(sample * step);
    const [code = '', page] = [codes[index], pages[index]];
    await scan(code);
    await page?.told('SCANNED');
    const told = page?.told('AUTHORIZED');
    await confirm(code);
    const replied = performance.now();
    delays.push(Math.max(((await told) ?? Number.NaN) - replied, 0));
  }
  connection.close();
  return delays;
}

/** The server's resident memory in bytes: the least of ten seconds, in which it collects its garbage. */
async function settledMemory(): Promise<number> {
  if (confirmed > 0) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const until = performance.now() + settleMs; performance.now() < until; await pause(500)) {
    const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(serverPid)], { encoding: 'utf8' }));
    least = Math.min(least, kibibytes * 1024);
  }
  return least;
}
