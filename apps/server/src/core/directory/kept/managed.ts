/** What the configuration file writes of a pool or an application. It alone changes these fields; the console owns the rest. */
export interface Managed {
  /** Null: the file does not name it. `seed`: the file made it and owns nothing of it. */
  configuration: 'seed' | 'managed' | null;
  /** The line of each key that the file writes, by its path inside of the entry. */
  fields: Readonly<Record<string, number>>;
  /** The last `secretVersion` that was applied; 0: none. */
  secretVersion: number;
}

export const managedByNobody: Managed = { configuration: null, fields: {}, secretVersion: 0 };
