/** SQLite's primary result codes. */
const sqliteKinds: Record<number, string> = {
  5: 'busy',
  6: 'busy',
  8: 'read_only',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'cannot_open',
  26: 'corrupt',
};

/** Classes of SQLSTATE, as PostgreSQL uses them. */
const sqlStateKinds: Record<string, string> = {
  '08': 'connection',
  '25': 'read_only',
  '40': 'conflict',
  '53': 'full',
  '55': 'busy',
  '57': 'shutdown',
  '58': 'io',
};

/**
 * Which store failed, and how, in words of a fixed list: labels of a metric. By the names and codes that the drivers and our
 * stores give their errors, for nothing here may know the stores.
 */
export function failureOf(error: unknown): { store: 'sql' | 'redis'; kind: string } {
  const { name, code, errcode, cause } = (error ?? {}) as Record<string, unknown>;
  if (name === 'RedisOutage') {
    return { store: 'redis', kind: cause instanceof Error && cause.name === 'ReplyError' ? 'refused' : 'connection' };
  }
  if (name === 'ConnectionFailure') return { store: 'sql', kind: 'connection' };
  if (typeof errcode === 'number') return { store: 'sql', kind: sqliteKinds[errcode & 0xff] ?? 'other' };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return { store: 'sql', kind: 'other' };
  return { store: 'sql', kind: sqlStateKinds[code.slice(0, 2)] ?? 'other' };
}
