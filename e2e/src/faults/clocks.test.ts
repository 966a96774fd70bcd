import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './actors.ts';
import { Stage } from './stage.ts';
import { isManyMissing, startMany } from './system.ts';

let stage: Stage;

describe.skipIf(isManyMissing())('nodes whose clocks are ten minutes apart', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany({ nodes: 3, clockOffsetsMs: [0, 600_000, -600_000] }));
  });
  afterAll(() => stage?.close());

  it('agree on every code, for the time is the stores’ (T47)', async () => {
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
