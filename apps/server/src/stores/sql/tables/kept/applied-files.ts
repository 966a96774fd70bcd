import type { AppliedFileStore } from '../../../../core/directory/kept/applied-file.ts';
import type { SqlEngine } from '../../engine/engine.ts';

const kept = 100;

export function createAppliedFileStore({ db, now }: SqlEngine): AppliedFileStore {
  const latest = (limit: number) => db.selectFrom('configuration_applied').orderBy('seq', 'desc').limit(limit);
  return {
    async add({ digest, node }) {
      await db.insertInto('configuration_applied').values({ digest, node, at: now }).execute();
      const seqs = await latest(kept).select('seq').execute();
      const oldest = seqs.at(-1)?.seq ?? 0;
      await db.deleteFrom('configuration_applied').where('seq', '<', oldest).execute();
    },
    list: (limit) => latest(limit).select(['digest', 'node', 'at']).execute(),
  };
}
