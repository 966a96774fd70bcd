import pg from 'pg';

/** The database was not reached, or stopped answering: what was asked may or may not have been done. */
export class ConnectionFailure extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'ConnectionFailure';
  }
}

/** What `pg` threw, as the rest of the stores know it: the database's own words, or a failed connection. */
export function failureOf(error: unknown): Error {
  if (error instanceof pg.DatabaseError || error instanceof TypeError) return error;
  return new ConnectionFailure(error);
}

/** The five characters of PostgreSQL's appendix A; null for errors that are not the database's. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** After one of these the connection cannot be used any more. */
export function endsConnection(error: unknown): boolean {
  return error instanceof ConnectionFailure || (error instanceof pg.DatabaseError && error.severity !== 'ERROR');
}

/** Classes of SQLSTATE that say: not now. Deadlocks and serialization failures (40) are gone at the next try. */
const outageClasses = new Set(['08', '28', '3D', '40', '53', '57', '58']);
const outageStates = new Set([
  '25006', // read_only_sql_transaction: a standby, or a switch-over under way
  '25P03', // idle_in_transaction_session_timeout
  '55P03', // lock_not_available
]);

export function isPostgresOutage(error: unknown): boolean {
  if (error instanceof ConnectionFailure) return true;
  const state = sqlStateOf(error);
  return state !== null && (outageClasses.has(state.slice(0, 2)) || outageStates.has(state));
}
