import type { QrNotices } from '../../core/qr/notices.ts';
import { createProcessNotices } from '../process/notices.ts';
import { channel, directoryChanged } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/** Notices that reach every node. They may get lost, and each loss costs no more than a later look. */
export interface RedisNotices extends QrNotices {
  /** Tells the other nodes, and this one, that a pool or an application was written. */
  announceDirectory(): void;
  count: ReturnType<typeof createProcessNotices>['count'];
}

export async function openNotices(parts: {
  connection: RedisConnection;
  onDirectoryChanged(): void;
}): Promise<RedisNotices> {
  const { connection, onDirectoryChanged } = parts;
  const local = createProcessNotices();

  await connection.subscribe(
    channel,
    (message) => (message === directoryChanged ? onDirectoryChanged() : local.publish(message)),
    () => {
      onDirectoryChanged();
      local.publishAll();
    },
  );

  return {
    subscribe: local.subscribe,
    // Nothing to do: the script that changes a code gives the notice, together with the change.
    publish() {},
    announceDirectory() {
      connection.redis.publish(channel, directoryChanged).catch(() => {});
    },
    count: local.count,
  };
}
