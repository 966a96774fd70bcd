import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { resultCodeOf, resultCodes } from './result-code.ts';

const betweenAttemptsMs = 15;

/**
 * Writes of one tick share a transaction and its fsync, worth a factor of six under load; callers are answered after the COMMIT. A failed
 * write is undone alone; a failed COMMIT fails all.
 */
export interface GroupCommit {
  /** One statement. Resolves when it is durable. */
  write<T>(statement: () => T): Promise<T>;
  /** Several statements, as a savepoint in the batch: other writers wait until it has ended. */
  begin(): Promise<Savepoint>;
  /** Waits until everything begun is durable or refused. */
  drain(): Promise<void>;
}

export interface Savepoint {
  run<T>(statement: () => T): T;
  commit(): Promise<void>;
  rollback(): void;
}

interface Batch {
  writes: number;
  durable: Promise<void>;
  settle(error?: unknown): void;
}

export interface GroupCommitOptions {
  /** Bounds how long a batch waits for a writer of another process: by default about two seconds. */
  beginAttempts?: number;
  onCommit?: (writes: number) => void;
}

export function createGroupCommit(
  connection: Connection,
  { beginAttempts = 100, onCommit = () => {} }: GroupCommitOptions = {},
): GroupCommit {
  let batch: Batch | null = null;
  let isCommitDue = false;
  let isLocked = false;
  const waiting: (() => void)[] = [];

  function lock(): Promise<void> | undefined {
    if (isLocked) return new Promise((resolve) => waiting.push(resolve));
    isLocked = true;
    return undefined;
  }

  function unlock(): void {
    if (isCommitDue) commit();
    const next = waiting.shift();
    if (next) next();
    else isLocked = false;
  }

  /** SQLite's own waiting would hold up every poll, so this waits outside it. */
  async function beginBatch(): Promise<Batch> {
    // A failed ROLLBACK may have left a transaction open.
    rollBackIfOpen();
    for (let attempt = 1; ; attempt++) {
      try {
        connection.exec('BEGIN IMMEDIATE');
        break;
      } catch (error) {
        if (attempt === beginAttempts || resultCodeOf(error) !== resultCodes.busy) throw error;
      }
      await wait(betweenAttemptsMs);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // All writers of the batch may have failed: then nobody awaits this promise.
    promise.catch(() => {});
    batch = { writes: 0, durable: promise, settle: (error) => (error === undefined ? resolve() : reject(error)) };
    setImmediate(() => {
      if (isLocked) isCommitDue = true;
      else commit();
    });
    return batch;
  }

  function commit(): void {
    isCommitDue = false;
    const committed = batch;
    if (!committed) return;
    batch = null;
    try {
      connection.exec('COMMIT');
      onCommit(committed.writes);
      committed.settle();
    } catch (error) {
      committed.settle(error);
      rollBackIfOpen();
    }
  }

  /** After an error such as a full disk SQLite may have dropped the whole batch: then everybody in it must be told. */
  function abandonIfRolledBack(current: Batch, error: unknown): void {
    if (batch !== current || connection.isInTransaction()) return;
    batch = null;
    current.settle(error);
  }

  function rollBackIfOpen(): void {
    if (connection.isInTransaction()) connection.exec('ROLLBACK');
  }

  function runIn<T>(current: Batch, statement: () => T): T {
    try {
      return statement();
    } catch (error) {
      abandonIfRolledBack(current, error);
      throw error;
    }
  }

  async function write<T>(statement: () => T): Promise<T> {
    const turn = lock();
    if (turn) await turn;
    let current: Batch;
    let result: T;
    try {
      current = batch ?? (await beginBatch());
      result = runIn(current, statement);
      current.writes += 1;
    } finally {
      unlock();
    }
    await current.durable;
    return result;
  }

  async function begin(): Promise<Savepoint> {
    const turn = lock();
    if (turn) await turn;
    try {
      const current = batch ?? (await beginBatch());
      connection.exec('SAVEPOINT participant');
      return createSavepoint(current);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  function createSavepoint(current: Batch): Savepoint {
    let hasEnded = false;

    function end(): void {
      hasEnded = true;
      unlock();
    }

    return {
      run(statement) {
        if (hasEnded || batch !== current) throw new Error('this transaction has ended');
        return runIn(current, statement);
      },
      async commit() {
        if (batch === current) {
          connection.exec('RELEASE participant');
          current.writes += 1;
          end();
        }
        await current.durable;
      },
      rollback() {
        if (hasEnded) return;
        try {
          if (batch === current) {
            connection.exec('ROLLBACK TO participant');
            connection.exec('RELEASE participant');
          }
        } catch (error) {
          // Its changes may still stand in the batch: none of it may be committed.
          batch = null;
          current.settle(error);
          rollBackIfOpen();
        } finally {
          end();
        }
      },
    };
  }

  async function drain(): Promise<void> {
    while (isLocked || batch) {
      const turn = lock();
      if (turn) await turn;
      const pending = batch;
      unlock();
      // Whoever wrote hears of a failure; closing has nothing to add.
      await pending?.durable.catch(() => {});
    }
  }

  return { write, begin, drain };
}
