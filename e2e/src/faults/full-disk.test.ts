import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './actors.ts';
import { SmallVolume } from './small-volume.ts';
import { recovers, refusedForNow, Stage, until } from './stage.ts';
import { isManyMissing, startEmbedded, startMany } from './system.ts';

let stage: Stage;
let volume: SmallVolume;

const isVolumeMissing = SmallVolume.isMissing();
const note = 'x'.repeat(2_000);
const create = () => call(stage.node(0), '/api/v3/gene-qrcode', { body: { type: 'MOBILE_APP', customData: { note } } });

/** Fills the disk and creates QR codes until one fails: existing files still have some room, and writes into it succeed. */
async function fillUp(): Promise<void> {
  await until(
    () => {
      volume.fill();
      return create();
    },
    (answer) => answer?.body.statusCode !== 200,
  );
}

/** Expects that the server acknowledges nothing it cannot store, tells callers to come back, and stays alive. */
async function expectRefusals(scanned: string, { code, ticket }: { code: string; ticket: string }): Promise<void> {
  const [at] = stage.system.nodes;
  if (at === undefined) throw new Error('there is no node');
  expect(await create()).toEqual(refusedForNow);
  expect(await stage.actors.move(at, scanned, 'confirm', 'alice')).toMatchObject({ outcome: 'unknown' });
  expect(await stage.actors.exchange(at, code, ticket)).toMatchObject({ outcome: 'unknown' });
  expect(await stage.actors.poll(at, scanned)).toMatchObject({ status: 'SCANNED' });
  expect((await call(at, '/healthz'))?.http).toBe(200);
}

async function expectNext(scanned: string, { code, ticket }: { code: string; ticket: string }): Promise<void> {
  const at = stage.node(1);
  expect(await stage.actors.move(at, scanned, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
  expect(await stage.actors.poll(at, scanned)).toMatchObject({ status: 'AUTHORIZED' });
  expect(await stage.actors.exchange(at, code, ticket)).toMatchObject({ outcome: 'done' });
  await stage.requireKeptPromises();
}

describe.skipIf(isVolumeMissing)('a full disk under the embedded store', () => {
  beforeAll(async () => {
    volume = new SmallVolume(24);
    stage = await Stage.open(startEmbedded({ dataDir: join(volume.path, 'data') }));
  });
  afterAll(async () => {
    await stage?.close();
    volume.remove();
  });

  it('acknowledges nothing it cannot store, and works again when there is room (threats T50)', async () => {
    const scanned = await stage.scanned();
    const confirmed = await stage.confirmed();
    await fillUp();
    await expectRefusals(scanned, confirmed);
    volume.makeRoom();
    await expectNext(scanned, confirmed);
  });
});

describe.skipIf(isVolumeMissing || isManyMissing())('a full disk under PostgreSQL', () => {
  beforeAll(async () => {
    volume = new SmallVolume(96);
    stage = await Stage.open(startMany({ smallVolume: volume.path }));
  });
  afterAll(async () => {
    await stage?.close();
    volume.remove();
  });

  it('acknowledges nothing that PostgreSQL could not write, and works again when there is room (threats T50)', async () => {
    const scanned = await stage.scanned();
    const confirmed = await stage.confirmed();
    await fillUp();
    await expectRefusals(scanned, confirmed);
    volume.makeRoom();
    await Promise.all(stage.system.nodes.map(recovers));
    await expectNext(scanned, confirmed);
  });

  it('survives a PostgreSQL that ends because its log has no room', async () => {
    const { postgres } = stage.system;
    const scanned = await stage.scanned();
    const confirmed = await stage.confirmed();
    volume.fill();
    await until(endPieceOfLog, (isOver) => isOver);
    await expectRefusals(scanned, confirmed);
    volume.makeRoom();
    // PostgreSQL restarts by itself, or gives up sooner or later; then the test starts it, as an operator's supervisor would.
    await until(
      async () => {
        if (!postgres?.isRunning()) await postgres?.start();
        return isConnectable();
      },
      (isUp) => isUp,
    );
    await Promise.all(stage.system.nodes.map(recovers));
    await expectNext(scanned, confirmed);
  });

  /** Moves on to the next segment of the log; true once there is none to write into. */
  const endPieceOfLog = async () =>
    !(await succeeds("select pg_switch_wal(), pg_logical_emit_message(true, 'x', 'x')"));
  const isConnectable = () => succeeds('select 1');

  async function succeeds(statement: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: stage.system.postgres?.url, query_timeout: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(statement);
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
});
