import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';
import { startMany } from './system.ts';

let stage: Stage;

/** The `main.ts` of an older release, installed somewhere on this machine. */
const olderRelease = process.env.FAULT_OLDER_RELEASE;
if (olderRelease !== undefined) {
  describe('an older release beside this one', () => {
    beforeAll(async () => {
      stage = await Stage.open(startMany({ programs: [olderRelease, undefined] }));
    });
    afterAll(() => stage?.close());

    it.each(Array.from({ length: 10 }, (_, round) => round))(
      'login %i goes from one to the other and back',
      async (round) => {
        const code = await stage.created(stage.node(round));
        expect(await stage.actors.move(stage.node(round + 1), code, 'scan', 'alice')).toMatchObject({
          outcome: 'done',
        });
        expect(await stage.actors.move(stage.node(round), code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
        const { ticket } = await stage.actors.poll(stage.node(round + 1), code);
        expect(await stage.actors.exchange(stage.node(round), code, ticket ?? '')).toMatchObject({ outcome: 'done' });
        expect(await stage.actors.poll(stage.node(round + 1), code)).toMatchObject({ status: 'EXPIRED' });
        await stage.requireKeptPromises();
      },
    );
  });
}
