import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './actors.ts';
import { type OlderRelease, unpackOlderRelease } from './older-release.ts';
import { rounds, Stage } from './stage.ts';
import { isManyMissing, startMany } from './system.ts';

let stage: Stage;

describe.skipIf(isManyMissing())('nodes whose clocks are ten minutes apart', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany({ nodes: 3, clockOffsetsMs: [600_000, 0, -600_000] }));
  });
  afterAll(() => stage?.close());

  // The node that is ahead created the people. They sign in at another one, or their passwords would be set after their logins.
  it('agree on every code, because the stores’ clock decides (threats T47)', async () => {
    await stage.beginHistory(stage.node(1));
    for (let first = 0; first < 3; first++) {
      const code = await stage.created(stage.node(first));
      for (const at of stage.system.nodes) {
        const answer = await call(at, `/api/v3/get-qrcode-status?qrcodeId=${code}`);
        expect(answer?.body.data).toMatchObject({ status: 'PENDING' });
        expect(answer?.body.data?.expiresIn).toBeGreaterThan(60);
        expect(answer?.body.data?.expiresIn).toBeLessThanOrEqual(120);
      }
      await stage.actors.move(stage.node(first + 1), code, 'scan', 'alice');
      await stage.actors.move(stage.node(first + 2), code, 'confirm', 'alice');
      const { ticket } = await stage.actors.poll(stage.node(first), code);
      expect(await stage.actors.exchange(stage.node(first + 1), code, ticket ?? '')).toMatchObject({ outcome: 'done' });
    }
    await stage.requireKeptPromises();
  });
});

/** Only in `npm run test:faults`: a clone of the newest commit alone has no older release. */
const found = rounds > 1 && !isManyMissing() ? unpackOlderRelease() : null;
if (typeof found === 'string') console.log(`SKIPPED an older release beside this one: ${found}`);
const older: OlderRelease | null = typeof found === 'string' ? null : found;

if (older !== null) {
  describe(`an older release (${older.name}) beside this one`, () => {
    beforeAll(async () => {
      stage = await Stage.open(startMany({ programs: [older.program, undefined] }));
    });
    afterAll(async () => {
      await stage?.close();
      older.remove();
    });

    it.each(Array.from({ length: 10 }, (_, round) => round))(
      'login %i has its steps on both releases in turn',
      async (round) => {
        const { actors } = stage;
        const [here, there] = [stage.node(round), stage.node(round + 1)];
        const code = await stage.created(here);
        expect(await actors.move(there, code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
        expect(await actors.move(here, code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
        const { ticket } = await actors.poll(there, code);
        expect(await actors.exchange(here, code, ticket ?? '')).toMatchObject({ outcome: 'done' });
        expect(await actors.poll(there, code)).toMatchObject({ status: 'EXPIRED' });
        await stage.requireKeptPromises();
      },
    );
  });
}
