import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from './actors.ts';
import { recovers, refusedForNow, Stage, until } from './stage.ts';
import { isManyMissing, startMany } from './system.ts';

let stage: Stage;

describe.skipIf(isManyMissing())('stores that fail', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany());
  });
  afterAll(() => stage?.close());
  beforeEach(async () => {
    await stage.beginHistory();
  });
  afterEach(() => stage.requireKeptPromises());

  /** Expects every kind of call to get 503 with Retry-After, from a process that is alive but not ready. */
  async function expectOutage(code: string): Promise<void> {
    await until(
      () => call(stage.node(0), '/readyz'),
      (answer) => answer?.http === 503,
    );
    const began = performance.now();
    const answers = await Promise.all([
      call(stage.node(0), `/api/v3/get-qrcode-status?qrcodeId=${code}`),
      call(stage.node(1), `/api/v3/get-qrcode-status?qrcodeId=${code}`),
      call(stage.node(0), '/api/v3/gene-qrcode', { body: { type: 'MOBILE_APP' } }),
    ]);
    expect(answers).toEqual(answers.map(() => refusedForNow));
    // Two seconds are promised; the other three allow for a busy machine.
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await call(stage.node(0), '/healthz'))?.http).toBe(200);
  }

  it('when Redis stands still, calls get 503 at once, and work again by themselves afterwards', async () => {
    const { code, ticket } = await stage.confirmed();
    stage.system.redis?.pause();
    await expectOutage(code);
    stage.system.redis?.resume();
    await Promise.all(stage.system.nodes.map(recovers));
    expect(await stage.actors.poll(stage.node(1), code)).toMatchObject({ status: 'AUTHORIZED', ticket });
    expect(await stage.actors.exchange(stage.node(1), code, ticket)).toMatchObject({ outcome: 'done' });
  });

  it('when Redis is killed and comes back empty, codes are expired and used tickets stay used', async () => {
    const open = await stage.confirmed();
    const used = await stage.confirmed(stage.node(1));
    expect(await stage.actors.exchange(stage.node(0), used.code, used.ticket)).toMatchObject({ outcome: 'done' });
    await stage.system.redis?.kill();
    await expectOutage(open.code);
    await stage.system.redis?.restart();
    await Promise.all(stage.system.nodes.map(recovers));
    for (const { code, ticket } of [open, used]) {
      expect(await stage.actors.poll(stage.node(1), code)).toMatchObject({ status: 'EXPIRED' });
      expect(await stage.actors.exchange(stage.node(0), code, ticket)).toMatchObject({ outcome: 'refused' });
    }
    expect((await stage.confirmed()).ticket).toMatch(/./);
  });

  it('when Redis forgets everything, no step of a login continues or repeats', async () => {
    const { code, ticket } = await stage.confirmed();
    await stage.system.redis?.flush();
    expect(await stage.actors.exchange(stage.node(1), code, ticket)).toMatchObject({ outcome: 'refused' });
    expect(await stage.actors.poll(stage.node(0), code)).toMatchObject({ status: 'EXPIRED' });
  });

  it('when PostgreSQL is killed, calls get 503, except polls of waiting codes, and work again when it is back', async () => {
    const { code, ticket } = await stage.confirmed();
    const waiting = await stage.created();
    await stage.system.postgres?.kill();
    await until(
      () => call(stage.node(0), '/readyz'),
      (answer) => answer?.http === 503,
    );
    expect(await stage.actors.poll(stage.node(1), waiting)).toMatchObject({ status: 'PENDING' });
    expect(await stage.actors.exchange(stage.node(0), code, ticket)).toMatchObject({ outcome: 'unknown' });
    expect((await call(stage.node(1), '/healthz'))?.http).toBe(200);
    await stage.system.postgres?.start();
    await Promise.all(stage.system.nodes.map(recovers));
    expect(await stage.actors.exchange(stage.node(1), code, ticket)).toMatchObject({ outcome: 'done' });
    expect(await stage.actors.exchange(stage.node(0), code, ticket, 'thief')).toMatchObject({ outcome: 'refused' });
  });

  it('when PostgreSQL stands still, nothing is acknowledged that it did not write', async () => {
    const code = await stage.created();
    expect(await stage.actors.move(stage.node(0), code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
    stage.system.postgres?.pause();
    expect(await stage.actors.move(stage.node(1), code, 'confirm', 'alice')).toMatchObject({ outcome: 'unknown' });
    expect(await stage.actors.poll(stage.node(0), code)).not.toMatchObject({ status: 'AUTHORIZED' });
    stage.system.postgres?.resume();
    await Promise.all(stage.system.nodes.map(recovers));
    expect(await stage.actors.move(stage.node(0), code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    expect(await stage.actors.poll(stage.node(1), code)).toMatchObject({ status: 'AUTHORIZED' });
  });
});

describe.skipIf(isManyMissing())('a backup of Redis that is put back', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany());
  });
  afterAll(() => stage?.close());

  it('revives no code, and allows no second login', async () => {
    const { code, ticket } = await stage.confirmed();
    const scanned = await stage.scanned();
    const backup = await stage.system.redis?.snapshot();
    expect(await stage.actors.move(stage.node(0), scanned, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    expect(await stage.actors.exchange(stage.node(0), code, ticket)).toMatchObject({ outcome: 'done' });
    await stage.system.redis?.restart(backup);
    await Promise.all(stage.system.nodes.map(recovers));
    for (const before of [code, scanned]) {
      expect(await stage.actors.poll(stage.node(1), before)).toMatchObject({ status: 'EXPIRED' });
    }
    for (const at of stage.system.nodes) {
      expect(await stage.actors.exchange(at, code, ticket)).toMatchObject({ outcome: 'refused' });
    }
    expect(await stage.system.countLogins()).toBe(1);
    await stage.requireKeptPromises();
  });
});
