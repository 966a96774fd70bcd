import type { Connection } from './connection.ts';

/**
 * Reads of one tick share a read transaction: opening one locks and checks the WAL index, which costs as much as the read.
 * It ends with the tick, and at once when this process commits, so nobody reads behind what they were told.
 */
export interface SharedSnapshot {
  enter(): void;
  end(): void;
}

export function createSharedSnapshot(reader: Connection): SharedSnapshot {
  let isOpen = false;

  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    reader.exec('COMMIT');
  }

  return {
    enter() {
      if (isOpen) return;
      reader.exec('BEGIN');
      isOpen = true;
      setImmediate(end);
    },
    end,
  };
}

/** `:memory:` has one connection, whose transactions belong to the writers. */
export const noSnapshot: SharedSnapshot = { enter() {}, end() {} };
