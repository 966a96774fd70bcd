import { spawnSync } from 'node:child_process';
import { byAutocannon } from './autocannon.ts';
import { byWrk } from './wrk.ts';

/** One kind of request, sent over keep-alive connections as fast as it is answered. */
export interface Load {
  /** Scheme, address and port. */
  origin: string;
  /** One path, or many of which each request takes one at random. */
  paths: string[];
  post?: { type: string; body: string };
  /** How many connections; 64 where it is not said. */
  connections?: number;
  /** Gives way to another load on the same core: what it takes of the generator's time is not the server's to answer for. */
  isBeside?: boolean;
  /** The right answer has a status of 400 or above, as RFC 8628 wants it for a code nobody approved yet. */
  isRefused?: boolean;
}

export interface Answers {
  perSecond: number;
  /** 99 of 100 answers took no longer. */
  p99Ms: number;
  /** Of all answers, how many had a status of 400 or above. */
  refusedShare: number;
}

export const usualConnections = 64;

/** Of every request, checks included: a code that nobody is bound to is followed by one poller, and ends at the third. */
export const userAgent = 'passbeam-bench';

/** wrk where the machine has it; else autocannon, which is slower itself and flatters whatever is slower than it. */
export const loadTool: 'wrk' | 'autocannon' = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

export async function repliesPerSecond(load: Load, seconds: number): Promise<number> {
  return (await send(load, seconds)).perSecond;
}

/** @throws Error when the answers were not all of the kind expected */
export async function send(load: Load, seconds: number): Promise<Answers> {
  const answers = await (loadTool === 'wrk' ? byWrk : byAutocannon)(load, seconds);
  const { refusedShare } = answers;
  // The tools count the last, unfinished answers differently: some tenths of a percent are theirs.
  const wrongShare = load.isRefused ? 1 - refusedShare : refusedShare;
  if (wrongShare > (load.isRefused ? 0.05 : 0)) {
    throw new Error(`${(wrongShare * 100).toFixed(1)} % of the answers of ${load.origin} were not the expected ones`);
  }
  return answers;
}
