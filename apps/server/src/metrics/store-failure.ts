const sqlKinds = [
  'busy',
  'cannot_open',
  'conflict',
  'connection',
  'corrupt',
  'full',
  'io',
  'other',
  'read_only',
  'shutdown',
] as const;
const redisKinds = ['connection', 'refused'] as const;

export type StoreFailure =
  | { store: 'sql'; kind: (typeof sqlKinds)[number] }
  | { store: 'redis'; kind: (typeof redisKinds)[number] };

export const storeFailures: readonly StoreFailure[] = [
  ...sqlKinds.map((kind) => ({ store: 'sql', kind }) as const),
  ...redisKinds.map((kind) => ({ store: 'redis', kind }) as const),
];

const sqliteKinds: Record<number, (typeof sqlKinds)[number]> = {
  5: 'busy',
  6: 'busy',
  8: 'read_only',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'cannot_open',
  26: 'corrupt',
};

const sqlStateKinds: Record<string, (typeof sqlKinds)[number]> = {
  '08': 'connection',
  '25': 'read_only',
  '40': 'conflict',
  '53': 'full',
  '55': 'busy',
  '57': 'shutdown',
  '58': 'io',
};

/** Which store failed and how, for labels. It goes by names and codes of errors, because this folder may not import the stores. */
export function failureOf(error: unknown): StoreFailure {
  const { name, code, errcode, cause } = (error ?? {}) as Record<string, unknown>;
  if (name === 'RedisOutage') {
    return { store: 'redis', kind: cause instanceof Error && cause.name === 'ReplyError' ? 'refused' : 'connection' };
  }
  if (name === 'ConnectionFailure') return { store: 'sql', kind: 'connection' };
  if (typeof errcode === 'number') return { store: 'sql', kind: sqliteKinds[errcode & 0xff] ?? 'other' };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return { store: 'sql', kind: 'other' };
  return { store: 'sql', kind: sqlStateKinds[code.slice(0, 2)] ?? 'other' };
}
