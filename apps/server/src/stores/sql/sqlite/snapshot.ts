import type { Connection } from './connection.ts';

/** How long a commit of another process may stay unseen. */
const maxAgeMs = 20;

/**
 * Reads share a read transaction: opening one locks and checks the WAL index, which costs as much as the read. It ends
 * before this process commits, so that nobody reads behind what they were told and a checkpoint finds no reader in its way.
 */
export interface SharedSnapshot {
  enter(): void;
  end(): void;
}

export function createSharedSnapshot(reader: Connection): SharedSnapshot {
  let ending: NodeJS.Timeout | null = null;

  function end(): void {
    if (ending === null) return;
    clearTimeout(ending);
    ending = null;
    reader.exec('COMMIT');
  }

  return {
    enter() {
      if (ending !== null) return;
      reader.exec('BEGIN');
      ending = setTimeout(end, maxAgeMs).unref();
    },
    end,
  };
}

/** `:memory:` has one connection, whose transactions belong to the writers. */
export const noSnapshot: SharedSnapshot = { enter() {}, end() {} };
