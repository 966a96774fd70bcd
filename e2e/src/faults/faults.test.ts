import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Actors, call } from './actors.ts';
import { violations } from './history.ts';
import { isManyMissing, people, type ServerNode, type System, startEmbedded, startMany } from './system.ts';

/** `npm run test:faults` asks for more of each. */
const rounds = Number(process.env.FAULT_ROUNDS ?? 1);

let system: System;
let actors: Actors;

/** The numbered node, counted round. */
function node(index: number): ServerNode {
  const found = system.nodes[index % system.nodes.length];
  if (!found) throw new Error('there is no node');
  return found;
}

/** Codes so far by the code's own acts: the ticket of a code that alice confirmed. */
async function confirmed(at: ServerNode = node(0)): Promise<{ code: string; ticket: string }> {
  const code = await created(at);
  for (const step of ['scan', 'confirm'] as const) {
    expect(await actors.move(at, code, step, 'alice')).toMatchObject({ outcome: 'done' });
  }
  const { ticket } = await actors.poll(at, code);
  if (ticket === undefined) throw new Error('there is no ticket');
  return { code, ticket };
}

async function created(at: ServerNode = node(0)): Promise<string> {
  const code = await actors.create(at);
  if (code === null) throw new Error('no code was created');
  return code;
}

/** Asks again until the answer is as wanted; what never comes ends with the test's own time. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await wait(100);
  }
}

/** Ready within what is promised: ten seconds without a restart (T46). */
async function recovers(at: ServerNode): Promise<void> {
  const began = performance.now();
  await until(
    () => call(at, '/readyz'),
    (answer) => answer?.http === 200,
  );
  expect(performance.now() - began).toBeLessThan(10_000);
}

function countExchanges(): number {
  return actors.history.entries.filter(({ step, outcome }) => step === 'exchange' && outcome === 'done').length;
}

/** At the end of each test: what callers saw keeps every promise, and the database has a login for each they were told of. */
async function requireKeptPromises(): Promise<void> {
  expect(violations(actors.history.entries)).toEqual([]);
  expect(await system.countLogins()).toBeGreaterThanOrEqual(countExchanges());
}

const setUps = [
  { name: 'one node on its own file', start: startEmbedded, isMissing: () => false },
  { name: 'two nodes on PostgreSQL and Redis', start: startMany, isMissing: isManyMissing },
];

for (const { name, start, isMissing } of setUps) {
  describe.skipIf(isMissing())(`${name}: everybody at once`, () => {
    beforeAll(async () => {
      system = await start();
      actors = await Actors.on(node(0), people);
    });
    afterAll(() => system?.stop());

    it.each(Array.from({ length: 3 * rounds }, (_, round) => round))(
      'round %i leaves one owner, one end, one login',
      async (round) => {
        const before = await system.countLogins();
        const code = await created(node(round));
        await Promise.all(
          Array.from({ length: 10 }, (_, index) => actors.move(node(index), code, 'scan', people[index % 2] ?? '')),
        );
        const { actor: owner } = actors.history.entries.find(
          (entry) => entry.code === code && entry.step === 'scan' && entry.outcome === 'done',
        ) ?? { actor: '' };
        expect(people).toContain(owner);

        await Promise.all([
          ...Array.from({ length: 6 }, (_, index) =>
            actors.move(node(index), code, (index + round) % 2 ? 'confirm' : 'cancel', owner),
          ),
          ...Array.from({ length: 4 }, (_, index) => actors.poll(node(index), code, `page ${index}`)),
        ]);
        const { ticket, status } = await actors.poll(node(round + 1), code);
        expect(['AUTHORIZED', 'CANCELLED']).toContain(status);
        if (ticket !== undefined) {
          await Promise.all(Array.from({ length: 10 }, (_, index) => actors.exchange(node(index), code, ticket)));
        }
        expect(await system.countLogins()).toBe(before + (ticket === undefined ? 0 : 1));
        await actors.poll(node(round), code);
        await requireKeptPromises();
      },
    );
  });
}

describe.skipIf(isManyMissing())('a node that is killed', () => {
  beforeAll(async () => {
    system = await startMany();
    actors = await Actors.on(node(0), people);
  });
  afterAll(() => system?.stop());

  const steps = ['create', 'scan', 'confirm', 'exchange'] as const;
  const kills = Array.from({ length: 4 * rounds }, (_, round) => ({
    round,
    step: steps[round % steps.length] as string,
    delayMs: Math.floor(round / steps.length) * 2,
  }));

  it.each(kills)('round $round, in $step: the other goes on from what was acknowledged', async ({ step, delayMs }) => {
    const [victim, other] = [node(0), node(1)];
    let code: string | null = null;
    let ticket: string | undefined;
    const flow: Record<string, () => Promise<unknown>> = {
      create: async () => {
        code = await actors.create(victim);
      },
      scan: () => actors.move(victim, code ?? '', 'scan', 'alice'),
      confirm: () => actors.move(victim, code ?? '', 'confirm', 'alice'),
      exchange: async () => {
        ticket = (await actors.poll(victim, code ?? '')).ticket;
        return actors.exchange(victim, code ?? '', ticket ?? '');
      },
    };
    for (const name of steps) {
      const running = flow[name]?.();
      if (name === step) {
        await wait(delayMs);
        await victim.kill();
      }
      await running;
      if (name === step) break;
    }

    if (code !== null) {
      await actors.poll(other, code);
      // Repeating a move is a success, so the phone and the backend may simply go on.
      for (const move of ['scan', 'confirm'] as const) await actors.move(other, code, move, 'alice');
      const last = await actors.poll(other, code);
      ticket ??= last.ticket;
      if (ticket !== undefined) await actors.exchange(other, code, ticket);
      expect(await actors.poll(other, code)).toMatchObject({ status: 'EXPIRED' });
    }
    await victim.start();
    await requireKeptPromises();
  });
});

describe.skipIf(isManyMissing())('stores that fail', () => {
  beforeAll(async () => {
    system = await startMany();
  });
  afterAll(() => system?.stop());
  beforeEach(async () => {
    actors = await Actors.on(node(0), people);
  });
  afterEach(requireKeptPromises);

  /** Every kind of call is answered with 503 and when to come back; the process is alive, and not ready. */
  async function expectOutage(code: string): Promise<void> {
    await until(
      () => call(node(0), '/readyz'),
      (answer) => answer?.http === 503,
    );
    const began = performance.now();
    const answers = await Promise.all([
      call(node(0), `/api/v3/get-qrcode-status?qrcodeId=${code}`),
      call(node(1), `/api/v3/get-qrcode-status?qrcodeId=${code}`),
      call(node(0), '/api/v3/gene-qrcode', { body: { type: 'MOBILE_APP' } }),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        http: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
        body: { statusCode: 503 },
      });
    }
    // Promised are two seconds; the rest is this machine's other work.
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await call(node(0), '/healthz'))?.http).toBe(200);
  }

  it('Redis stands still: 503 at once, and on again by itself', async () => {
    const { code, ticket } = await confirmed();
    system.redis?.pause();
    await expectOutage(code);
    system.redis?.resume();
    await Promise.all(system.nodes.map(recovers));
    expect(await actors.poll(node(1), code)).toMatchObject({ status: 'AUTHORIZED', ticket });
    expect(await actors.exchange(node(1), code, ticket)).toMatchObject({ outcome: 'done' });
  });

  it('Redis is killed and comes back empty: codes are expired, used tickets stay used', async () => {
    const open = await confirmed();
    const used = await confirmed(node(1));
    expect(await actors.exchange(node(0), used.code, used.ticket)).toMatchObject({ outcome: 'done' });
    await system.redis?.kill();
    await expectOutage(open.code);
    await system.redis?.restart();
    await Promise.all(system.nodes.map(recovers));
    for (const { code, ticket } of [open, used]) {
      expect(await actors.poll(node(1), code)).toMatchObject({ status: 'EXPIRED' });
      expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'refused' });
    }
    expect((await confirmed()).ticket).toMatch(/./);
  });

  it('Redis forgets everything: no step goes on, none is repeated', async () => {
    const { code, ticket } = await confirmed();
    await system.redis?.flush();
    expect(await actors.exchange(node(1), code, ticket)).toMatchObject({ outcome: 'refused' });
    expect(await actors.poll(node(0), code)).toMatchObject({ status: 'EXPIRED' });
  });

  it('PostgreSQL is killed: 503, and on again when it is back', async () => {
    const { code, ticket } = await confirmed();
    await system.postgres?.kill();
    await until(
      () => call(node(0), '/readyz'),
      (answer) => answer?.http === 503,
    );
    expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'unknown' });
    expect((await call(node(1), '/healthz'))?.http).toBe(200);
    await system.postgres?.start();
    await Promise.all(system.nodes.map(recovers));
    expect(await actors.exchange(node(1), code, ticket)).toMatchObject({ outcome: 'done' });
    expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'refused' });
  });

  it('PostgreSQL stands still: nothing is acknowledged that it did not write', async () => {
    const code = await created();
    expect(await actors.move(node(0), code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
    system.postgres?.pause();
    expect(await actors.move(node(1), code, 'confirm', 'alice')).toMatchObject({ outcome: 'unknown' });
    expect(await actors.poll(node(0), code)).not.toMatchObject({ status: 'AUTHORIZED' });
    system.postgres?.resume();
    await Promise.all(system.nodes.map(recovers));
    expect(await actors.move(node(0), code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    expect(await actors.poll(node(1), code)).toMatchObject({ status: 'AUTHORIZED' });
  });
});

describe.skipIf(isManyMissing())('a backup of Redis that is put back', () => {
  beforeAll(async () => {
    system = await startMany();
    actors = await Actors.on(node(0), people);
  });
  afterAll(() => system?.stop());

  it('brings codes back to life, but never a second login', async () => {
    const { code, ticket } = await confirmed();
    const backup = await system.redis?.snapshot();
    expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'done' });
    await system.redis?.restart(backup);
    await Promise.all(system.nodes.map(recovers));
    expect((await actors.poll(node(1), code)).ticket).toBe(ticket);
    for (const at of system.nodes) {
      expect(await actors.exchange(at, code, ticket)).toMatchObject({ outcome: 'refused' });
    }
    expect(await system.countLogins()).toBe(1);
  });
});

describe.skipIf(isManyMissing())('nodes whose clocks are ten minutes apart', () => {
  beforeAll(async () => {
    system = await startMany({ nodes: 3, clockOffsetsMs: [0, 600_000, -600_000] });
    actors = await Actors.on(node(0), people);
  });
  afterAll(() => system?.stop());

  it('agree on every code, for the time is the stores’ (T47)', async () => {
    for (let first = 0; first < 3; first++) {
      const code = await created(node(first));
      for (const at of system.nodes) {
        const answer = await call(at, `/api/v3/get-qrcode-status?qrcodeId=${code}`);
        expect(answer?.body.data).toMatchObject({ status: 'PENDING' });
        expect(answer?.body.data?.expiresIn).toBeGreaterThan(60);
        expect(answer?.body.data?.expiresIn).toBeLessThanOrEqual(120);
      }
      await actors.move(node(first + 1), code, 'scan', 'alice');
      await actors.move(node(first + 2), code, 'confirm', 'alice');
      const { ticket } = await actors.poll(node(first), code);
      expect(await actors.exchange(node(first + 1), code, ticket ?? '')).toMatchObject({ outcome: 'done' });
    }
    await requireKeptPromises();
  });
});

/** The `main.ts` of an older release, installed somewhere on this machine. */
const olderRelease = process.env.FAULT_OLDER_RELEASE;
if (olderRelease !== undefined) {
  describe('an older release beside this one', () => {
    beforeAll(async () => {
      system = await startMany({ programs: [olderRelease, undefined] });
      actors = await Actors.on(node(0), people);
    });
    afterAll(() => system?.stop());

    it.each(Array.from({ length: 10 }, (_, round) => round))(
      'login %i goes from one to the other and back',
      async (round) => {
        const code = await created(node(round));
        expect(await actors.move(node(round + 1), code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
        expect(await actors.move(node(round), code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
        const { ticket } = await actors.poll(node(round + 1), code);
        expect(await actors.exchange(node(round), code, ticket ?? '')).toMatchObject({ outcome: 'done' });
        expect(await actors.poll(node(round + 1), code)).toMatchObject({ status: 'EXPIRED' });
        await requireKeptPromises();
      },
    );
  });
}

const cannotMount =
  process.getuid?.() === 0 && process.platform === 'linux' ? null : 'a small volume needs root on Linux';
if (cannotMount !== null) console.log(`SKIPPED a full disk: ${cannotMount}`);

describe.skipIf(cannotMount !== null)('a disk that is full', () => {
  let volume: string;
  beforeAll(async () => {
    volume = mkdtempSync(join(tmpdir(), 'passbeam-volume-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', volume]);
    system = await startEmbedded({ dataDir: join(volume, 'data') });
    actors = await Actors.on(node(0), people);
  });
  afterAll(async () => {
    await system?.stop();
    execFileSync('umount', [volume]);
    rmSync(volume, { recursive: true });
  });

  it('acknowledges nothing it cannot keep, and goes on when there is room (T50)', async () => {
    const scanned = await created();
    await actors.move(node(0), scanned, 'scan', 'alice');
    const { code, ticket } = await confirmed();
    const ballast = join(volume, 'ballast');
    const { bavail, bsize } = statfsSync(volume);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));

    // What the write-ahead log still has room for may go through, and then counts; soon nothing does.
    await until(
      () =>
        call(node(0), '/api/v3/gene-qrcode', { body: { type: 'MOBILE_APP', customData: { note: 'x'.repeat(2_000) } } }),
      (answer) => answer?.http === 503,
    );
    expect(await actors.move(node(0), scanned, 'confirm', 'alice')).toMatchObject({ outcome: 'unknown' });
    expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'unknown' });
    expect(await actors.poll(node(0), scanned)).toMatchObject({ status: 'SCANNED' });
    expect((await call(node(0), '/healthz'))?.http).toBe(200);

    rmSync(ballast);
    expect(await actors.move(node(0), scanned, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    expect(await actors.exchange(node(0), code, ticket)).toMatchObject({ outcome: 'done' });
    await requireKeptPromises();
  });
});
