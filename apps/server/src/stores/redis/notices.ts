import type { QrNotices } from '../../core/qr/notices.ts';
import { createProcessNotices } from '../process/notices.ts';
import { channel, directoryChanged } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/** Notices that reach every node. They may get lost, and each loss costs no more than a later look. */
export interface RedisNotices extends QrNotices {
  announceDirectory(): void;
  /** Calls the listener when a pool or an application was written, or may have been. */
  onDirectoryChanged(listener: () => void): void;
  count: ReturnType<typeof createProcessNotices>['count'];
}

export async function openNotices({ connection }: { connection: RedisConnection }): Promise<RedisNotices> {
  const local = createProcessNotices();
  const directoryListeners: (() => void)[] = [];
  const directoryMayDiffer = () => {
    for (const listener of directoryListeners) listener();
  };

  await connection.subscribe(
    channel,
    (message) => (message === directoryChanged ? directoryMayDiffer() : local.publish(message)),
    () => {
      directoryMayDiffer();
      local.publishAll();
    },
  );

  return {
    subscribe: local.subscribe,
    // Nothing to do: the function in Redis that changes a code gives the notice, together with the change.
    publish() {},
    announceDirectory() {
      connection.redis.publish(channel, directoryChanged).catch(() => {});
    },
    onDirectoryChanged(listener) {
      directoryListeners.push(listener);
    },
    count: local.count,
  };
}
