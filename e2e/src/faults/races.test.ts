import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rounds, Stage } from './stage.ts';
import { isManyMissing, people, startEmbedded, startMany } from './system.ts';

let stage: Stage;

const setUps = [
  { name: 'one node on its own file', start: startEmbedded, isMissing: () => false },
  { name: 'two nodes on PostgreSQL and Redis', start: startMany, isMissing: isManyMissing },
];

for (const { name, start, isMissing } of setUps) {
  describe.skipIf(isMissing())(`${name}: everybody acts at once`, () => {
    beforeAll(async () => {
      stage = await Stage.open(start());
    });
    afterAll(() => stage?.close());

    it.each(Array.from({ length: 3 * rounds }, (_, round) => round))(
      'round %i leaves one owner, one end, one login',
      async (round) => {
        const before = await stage.system.countLogins();
        const code = await stage.created(stage.node(round));
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            stage.actors.move(stage.node(index), code, 'scan', people[index % 2] ?? ''),
          ),
        );
        const { actor: owner } = stage.actors.history.entries.find(
          (entry) => entry.code === code && entry.step === 'scan' && entry.outcome === 'done',
        ) ?? { actor: '' };
        expect(people).toContain(owner);

        await Promise.all([
          ...Array.from({ length: 6 }, (_, index) =>
            stage.actors.move(stage.node(index), code, (index + round) % 2 ? 'confirm' : 'cancel', owner),
          ),
          ...Array.from({ length: 4 }, (_, index) => stage.actors.poll(stage.node(index), code, `page ${index}`)),
        ]);
        const { ticket, status } = await stage.actors.poll(stage.node(round + 1), code);
        expect(['AUTHORIZED', 'CANCELLED']).toContain(status);
        if (ticket !== undefined) {
          await Promise.all(
            Array.from({ length: 10 }, (_, index) =>
              stage.actors.exchange(stage.node(index), code, ticket, `backend ${index % 3}`),
            ),
          );
        }
        expect(await stage.system.countLogins()).toBe(before + (ticket === undefined ? 0 : 1));
        await stage.actors.poll(stage.node(round), code);
        await stage.requireKeptPromises();
      },
    );
  });
}
