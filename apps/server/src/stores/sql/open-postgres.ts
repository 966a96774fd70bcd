import { sql } from 'kysely';
import type { SqlEngine } from './engine/engine.ts';
import type { Sealer } from './engine/seal.ts';
import { migrate } from './migrations/migrate.ts';
import { openPostgresEngine, type PostgresOptions } from './postgres/engine.ts';
import { ConnectionFailure, sqlStateOf } from './postgres/failures.ts';
import { createSqlStores, type SqlStores } from './stores.ts';

export type { PostgresOptions };

/** PostgreSQL, for one node or many. Migrates the database as needed; nodes that start together wait for each other. */
export async function openPostgres(options: PostgresOptions & Sealer): Promise<SqlStores> {
  const { seal, unseal, ...postgres } = options;
  const { url } = postgres;
  const patient = await openPatientPostgres(url);
  try {
    await migrate(patient);
  } catch (error) {
    throw cannotOpen(url, error);
  } finally {
    await patient.close();
  }
  return createSqlStores(openPostgresEngine(postgres), { seal, unseal });
}

/** Opens a database for work on the whole of it: statements have no time limit, and its tables are neither checked nor migrated. */
export async function openPatientPostgres(url: string): Promise<SqlEngine> {
  let patient: SqlEngine | undefined;
  try {
    patient = openPostgresEngine({ url, maxConnections: 2, isPatient: true });
    await checkEncoding(patient);
    return patient;
  } catch (error) {
    await patient?.close();
    throw cannotOpen(url, error);
  }
}

function cannotOpen(url: string, error: unknown): Error {
  return new Error(`cannot open the database of DATABASE_URL (${placeOf(url)}): ${explain(error)}`, { cause: error });
}

async function checkEncoding({ db }: SqlEngine): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`its encoding is ${encoding}: create a database with encoding UTF8`);
}

export function placeOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${host || searchParams.get('host')}${pathname}`;
}

export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const advice = adviceFor(error);
  return advice ? `${advice} (${message})` : message;
}

export function isFromPostgres(error: unknown): boolean {
  return error instanceof ConnectionFailure || sqlStateOf(error) !== null;
}

function adviceFor(error: unknown): string | null {
  if (error instanceof ConnectionFailure) return connectionAdvice(error.cause);
  const state = sqlStateOf(error);
  return state === null ? null : (advices[state] ?? null);
}

function connectionAdvice(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known: check it';
  if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'open') {
    return 'a file that the address names cannot be read: check sslrootcert, sslcert and sslkey';
  }
  if (/CERT|SSL|TLS|SIGNED/.test(code) || /\bSSL\b/.test(String(cause))) {
    return 'no encrypted connection could be made: check sslmode and sslrootcert';
  }
  return 'the server does not answer: check host and port, and that it runs';
}

const credentialsAdvice = 'the server refuses this user: check user name, password and pg_hba.conf';

const advices: Record<string, string> = {
  '28P01': credentialsAdvice,
  '28000': credentialsAdvice,
  '3D000': 'there is no such database: create it, or write the name of another one',
  '42501': 'this user may not do that: make it the owner of the database',
  '53300': 'the server has no connection free: raise its max_connections',
  '57P03': 'the server is starting or stopping: try again in a moment',
  '25006': 'this server is read-only: write the address of the primary',
};
