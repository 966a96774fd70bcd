import { setTimeout as pause } from 'node:timers/promises';
import { readInput } from '../input.ts';
import { Connection } from './connection.ts';
import { forSeconds } from './work.ts';

/** Polls at a steady pace and times each reply, while an operator's reads run one after the other. */
export interface PollLoad {
  origin: string;
  paths: string[];
  seconds: number;
  /** Bodies of management calls by path; none: nobody reads meanwhile. */
  reads: { path: string; body: string }[];
  /** Of the management API. */
  token: string;
}

export interface PollFigures {
  /** Milliseconds from each poll to its reply. */
  delays: number[];
  reads: number;
}

const pollers = 16;
const pauseMs = 2;

const { origin, paths, seconds, reads, token } = readInput<PollLoad>();
const connections = await Promise.all(Array.from({ length: pollers }, () => Connection.open(origin)));
const delays: number[] = [];
let polled = 0;
let read = 0;

const polling = forSeconds(seconds, connections, async (connection) => {
  const began = performance.now();
  await connection.request('GET', paths[polled++ % paths.length] as string, '');
  delays.push(performance.now() - began);
  await pause(pauseMs);
});
const headers = `authorization: ${token}\r\ncontent-type: application/json\r\n`;
const reader = await Connection.open(origin);
const reading = forSeconds(seconds, reads.length === 0 ? [] : [reader], async (connection) => {
  const { path, body } = reads[read % reads.length] as PollLoad['reads'][number];
  await connection.request('POST', path, headers, body);
  read += 1;
});
await Promise.all([polling, reading]);
for (const connection of [...connections, reader]) connection.close();
console.log(JSON.stringify({ delays, reads: read } satisfies PollFigures));
