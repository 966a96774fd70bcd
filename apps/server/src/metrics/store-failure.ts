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

/** Which store failed, and how, in words of a fixed list: labels of a metric. */
export function failureOf(error: unknown): { store: 'sql' | 'redis'; kind: string } {
  const { code, errcode, name = '' } = (error ?? {}) as { code?: unknown; errcode?: unknown; name?: string };
  if (typeof errcode === 'number') return { store: 'sql', kind: sqliteKinds[errcode & 0xff] ?? 'other' };
  const store = /redis|ReplyError|MaxRetriesPerRequest|Cluster/i.test(name) ? 'redis' : 'sql';
  if (typeof code !== 'string') return { store, kind: store === 'redis' ? 'connection' : 'other' };
  if (/^[0-9A-Z]{5}$/.test(code)) return { store, kind: sqlStateKinds[code.slice(0, 2)] ?? 'other' };
  return { store, kind: /^E[A-Z_]+$/.test(code) ? 'connection' : 'other' };
}
