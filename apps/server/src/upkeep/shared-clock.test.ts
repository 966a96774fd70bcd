import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSharedClock } from './shared-clock.ts';

const log = pino({ level: 'silent' });
const start = 1_790_000_000_000;
const everyMs = 5_000;

/** A database whose answers take a while, and a process whose clock runs too fast or too slow. */
class World {
  trueMs = 0;
  /** Added to the database's clock. */
  databaseAhead = 0;
  requestMs = 0;
  replyMs = 0;
  isAway = false;
  rate = 1;

  readonly runningMs = () => this.trueMs * this.rate;
  readonly readTime = async () => {
    if (this.isAway) throw new Error('away');
    this.trueMs += this.requestMs;
    const time = Math.floor(start + this.trueMs + this.databaseAhead);
    this.trueMs += this.replyMs;
    return time;
  };

  get time(): number {
    return Math.floor(start + this.trueMs + this.databaseAhead);
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => vi.useRealTimers());

const open = () => startSharedClock({ ...world, log, runningMs: world.runningMs, readTime: world.readTime });

async function laterBy(ms: number): Promise<void> {
  world.trueMs += ms;
  await vi.advanceTimersByTimeAsync(everyMs);
}

describe('the clock that nodes share', () => {
  it('tells the database’s time, whole, without asking for it', async () => {
    world.databaseAhead = 600_000;
    const clock = await open();
    world.isAway = true;
    world.trueMs += 1_234.6;
    expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(1);
    expect(clock.now() % 1).toBe(0);
    await clock.stop();
  });

  it('is off by at most half the time that a question takes', async () => {
    world.requestMs = 80;
    const clock = await open();
    expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(41);
    await clock.stop();
  });

  it('does not jump to and fro with slow answers', async () => {
    const clock = await open();
    const told = clock.now() - world.trueMs;
    for (const [requestMs, replyMs] of [
      [300, 0],
      [0, 300],
      [120, 10],
    ] as const) {
      Object.assign(world, { requestMs, replyMs });
      await laterBy(everyMs);
      expect(clock.now() - world.trueMs).toBe(told);
    }
    await clock.stop();
  });

  it('follows a process that runs slow, and a database whose clock is set', async () => {
    world.rate = 0.999;
    const clock = await open();
    for (let round = 0; round < 10; round++) await laterBy(60_000);
    expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(2);
    world.databaseAhead = -7_200_000;
    await laterBy(0);
    expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(2);
    await clock.stop();
  });

  it('goes on while the database is away', async () => {
    const clock = await open();
    world.isAway = true;
    await laterBy(30_000);
    expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(1);
    await clock.stop();
  });

  it('does not start without a first reading', async () => {
    world.isAway = true;
    await expect(open()).rejects.toThrow('away');
  });
});
