import { setTimeout as wait } from 'node:timers/promises';
import type { RedisServer } from '@passbeam/workshop/redis';
import { afterAll, describe, expect, it } from 'vitest';
import { Actors } from './actors.ts';
import { type Entry, violations } from './history.ts';
import { rounds, until } from './stage.ts';
import { isManyMissing, people, type ServerNode, type System, startEmbedded, startMany } from './system.ts';

const workers = 6;
/** `npm run test:faults` draws a new seed each time. The test's title shows it, and FAULT_SEED repeats it. */
const seed = Number(process.env.FAULT_SEED ?? (rounds === 1 ? 1 : Date.now() % 1_000_000));

let system: System;
afterAll(() => system?.stop());

/** A random number generator whose choices a seed repeats (mulberry32). */
function randomNumbers(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Fault = { name: string; strike(): Promise<void> };

function faultsOf({ nodes, redis, redisCluster, postgres }: System): Fault[] {
  const pauseMs = 700;
  return [
    ...nodes.map((node, index) => ({
      name: `kill node ${index}`,
      async strike() {
        await node.kill();
        await node.start();
      },
    })),
    ...(redis
      ? [
          {
            name: 'stop the world of Redis',
            async strike() {
              redis.pause();
              await wait(pauseMs);
              redis.resume();
            },
          },
          {
            name: 'kill Redis',
            async strike() {
              await redis.kill();
              await redis.restart();
            },
          },
          { name: 'flush Redis', strike: () => redis.flush() },
        ]
      : []),
    ...(redisCluster
      ? (['kill', 'pause'] as const).map((end) => ({
          name: `${end} a master of Redis`,
          async strike() {
            const [master] = await redisCluster.masters();
            await master?.[end]();
            // The replica takes over; then the old master comes back as the replica of the new one.
            await until(
              redisCluster.masters,
              (masters) => masters.length === 3 && !masters.includes(master as RedisServer),
            );
            await redisCluster.mend();
          },
        }))
      : []),
    ...(postgres
      ? [
          {
            name: 'stop the world of PostgreSQL',
            async strike() {
              postgres.pause();
              await wait(pauseMs);
              postgres.resume();
            },
          },
          {
            name: 'kill PostgreSQL',
            async strike() {
              await postgres.kill();
              await postgres.start();
            },
          },
        ]
      : []),
  ];
}

/** One login as an app and a site perform it: a call without an answer is repeated, to any node. */
async function logIn(actors: Actors, anyNode: () => ServerNode, choose: (below: number) => number): Promise<boolean> {
  const person = people[choose(people.length)] ?? '';
  const code = await insist(() => actors.create(anyNode()));
  const isDone = ({ outcome }: Entry) => (outcome === 'unknown' ? null : outcome === 'done');
  const move = (step: 'scan' | 'confirm' | 'cancel') =>
    insist(async () => isDone(await actors.move(anyNode(), code, step, person)));

  if (!(await move('scan'))) return false;
  if (choose(8) === 0) return move('cancel');
  if (!(await move('confirm'))) return false;
  const seen = await insist(async () => {
    const poll = await actors.poll(anyNode(), code);
    return poll.status === undefined ? null : poll;
  });
  const { ticket } = seen;
  if (ticket === undefined) return false;
  // Two backends exchange the ticket at once. Neither repeats a call without an answer, which may have logged in.
  await Promise.all([0, 1].map((backend) => actors.exchange(anyNode(), code, ticket, `backend ${backend}`)));
  await insist(async () => (await actors.poll(anyNode(), code)).status ?? null);
  return true;
}

async function insist<T>(ask: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await wait(100);
  }
}

const setUps = [
  { name: 'one node on its own file', start: startEmbedded, isMissing: () => false },
  { name: 'two nodes on PostgreSQL and Redis', start: startMany, isMissing: isManyMissing },
  ...(rounds === 1
    ? []
    : [
        {
          name: 'two nodes on PostgreSQL and a Redis cluster',
          start: () => startMany({ isRedisClustered: true }),
          isMissing: isManyMissing,
        },
      ]),
];

for (const { name, start, isMissing } of setUps) {
  describe.skipIf(isMissing())(name, () => {
    it(`keeps every promise while things fail (FAULT_SEED=${seed})`, {
      timeout: 60_000 + rounds * 60_000,
    }, async () => {
      await system?.stop();
      system = await start();
      const actors = await Actors.on(system.nodes[0] as ServerNode, people);
      const choose = randomNumbers(seed);
      const anyNode = () => system.nodes[choose(system.nodes.length)] as ServerNode;

      let isOver = false;
      let logins = 0;
      let strikes = 0;
      const work = Array.from({ length: workers }, async () => {
        while (!isOver) if (await logIn(actors, anyNode, choose)) logins += 1;
      });
      for (let round = 0; round < rounds; round++) {
        for (const fault of faultsOf(system)) {
          const before = logins;
          await fault.strike();
          strikes += 1;
          // Several logins must succeed before the next fault.
          while (logins < before + workers) await wait(20);
        }
      }
      isOver = true;
      await Promise.all(work);

      expect(violations(actors.history.entries)).toEqual([]);
      const exchanged = actors.history.entries.filter(({ step, outcome }) => step === 'exchange' && outcome === 'done');
      expect(exchanged.length).toBeGreaterThan(0);
      expect(await system.countLogins()).toBeGreaterThanOrEqual(exchanged.length);
      console.log(`${strikes} faults, ${logins} logins, ${actors.history.entries.length} calls`);
    });
  });
}
