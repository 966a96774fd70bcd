import { spawnSync } from 'node:child_process';
import { byAutocannon } from './autocannon.ts';
import { byWrk } from './wrk.ts';

/** One kind of request, sent over keep-alive connections as fast as it is answered. */
export interface Load {
  /** Scheme, address and port. */
  origin: string;
  /** One path for all requests, or many, of which each request takes one at random. */
  paths: string[];
  post?: { type: string; body: string };
  /** How many connections; default 64. */
  connections?: number;
  /** Gives way to another load on the same core, so that this one does not slow down what is measured. */
  isBeside?: boolean;
  /** The expected answer has a status of 400 or above, as RFC 8628 wants it for a device code that nobody has approved. */
  isRefused?: boolean;
}

export interface Answers {
  perSecond: number;
  /** 99 of 100 answers took no longer than this. */
  p99Ms: number;
  /** The share of the answers, 0 to 1, with a status of 400 or above. */
  refusedShare: number;
}

export const usualConnections = 64;

/** The user agent of every request, also of checks: an unbound QR code may be polled by one poller, and ends when a third comes. */
export const userAgent = 'passbeam-bench';

/** wrk where the machine has it, else autocannon. That is slower itself, and makes all servers that are faster look alike. */
export const loadTool: 'wrk' | 'autocannon' = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

export async function repliesPerSecond(load: Load, seconds: number): Promise<number> {
  return (await send(load, seconds)).perSecond;
}

/** Sends the load for some seconds. @throws Error when some answers were not the expected ones */
export async function send(load: Load, seconds: number): Promise<Answers> {
  const answers = await (loadTool === 'wrk' ? byWrk : byAutocannon)(load, seconds);
  const { refusedShare } = answers;
  // The tools count the last, unfinished answers differently, which makes some tenths of a percent.
  const wrongShare = load.isRefused ? 1 - refusedShare : refusedShare;
  if (wrongShare > (load.isRefused ? 0.05 : 0)) {
    throw new Error(`${(wrongShare * 100).toFixed(1)} % of the answers of ${load.origin} were not the expected ones`);
  }
  return answers;
}
