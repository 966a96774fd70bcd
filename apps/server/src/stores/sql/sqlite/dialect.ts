import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Connection } from './connection.ts';
import type { GroupCommit, Savepoint } from './group-commit.ts';

interface Session extends DatabaseConnection {
  savepoint: Savepoint | null;
}

/** Kysely on two SQLite connections: `reader` for reads outside transactions, `writer` for all else, by group commit. */
export function createDialect(parts: { reader: Connection; writer: Connection; groupCommit: GroupCommit }): Dialect {
  return {
    createDriver: () => createDriver(parts),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new GroupCommitAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class GroupCommitAdapter extends SqliteAdapter {
  /** Group commit orders the writers; Kysely's own queue would make each wait for the fsync of the one before. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** So that migrations run inside BEGIN IMMEDIATE, which is also the lock between processes. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function createDriver({ reader, writer, groupCommit }: Parameters<typeof createDialect>[0]): Driver {
  function createSession(): Session {
    const session: Session = {
      savepoint: null,
      async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
        if (session.savepoint) return session.savepoint.run(() => writer.run<Row>(query));
        if (SelectQueryNode.is(query.query)) return reader.run<Row>(query);
        return groupCommit.write(() => writer.run<Row>(query));
      },
      async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
        // An open cursor would hold the read snapshot, and with it the WAL, across ticks.
        yield await session.executeQuery<Row>(query);
      },
    };
    return session;
  }

  return {
    async init() {},
    acquireConnection: async () => createSession(),
    async beginTransaction(session: Session) {
      session.savepoint = await groupCommit.begin();
    },
    async commitTransaction(session: Session) {
      await session.savepoint?.commit();
      session.savepoint = null;
    },
    async rollbackTransaction(session: Session) {
      session.savepoint?.rollback();
      session.savepoint = null;
    },
    async releaseConnection() {},
    destroy: () => groupCommit.drain(),
  };
}
