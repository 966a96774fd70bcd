import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

export interface Polling {
  addresses: string[];
  seconds: number;
}

const pollers = 8;
const pauseMs = 5;

/** Polls at a steady pace in a thread of its own, and times each reply. Tells the milliseconds of all. */
const { addresses, seconds } = workerData as Polling;
const agent = new Agent({ keepAlive: true, maxSockets: pollers });
const delays: number[] = [];
const ends = performance.now() + seconds * 1000;

const poll = (address: string) =>
  new Promise<void>((resolve, reject) => {
    get(address, { agent }, (reply) => {
      if (reply.statusCode !== 200) reject(new Error(`a poll was answered ${reply.statusCode}`));
      reply.resume().on('end', resolve);
    }).on('error', reject);
  });

async function pollOn(address: string): Promise<void> {
  while (performance.now() < ends) {
    const began = performance.now();
    await poll(address);
    delays.push(performance.now() - began);
    await pause(pauseMs);
  }
}

await Promise.all(Array.from({ length: pollers }, (_, index) => pollOn(addresses[index % addresses.length] as string)));
agent.destroy();
parentPort?.postMessage(delays);
