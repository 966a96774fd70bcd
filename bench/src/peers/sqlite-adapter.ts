import { DatabaseSync } from 'node:sqlite';

interface Row {
  payload: string;
  expires_at: number | null;
}

/** An adapter of node-oidc-provider on SQLite with the settings that passbeam has: WAL, and every change durable before its answer. */
export function sqliteAdapter(path: string) {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(`CREATE TABLE models (
    model TEXT, id TEXT, payload TEXT, grant_id TEXT, user_code TEXT, uid TEXT, expires_at REAL, PRIMARY KEY (model, id)
  ) WITHOUT ROWID`);
  for (const column of ['grant_id', 'user_code', 'uid']) {
    database.exec(`CREATE INDEX models_${column} ON models (${column}) WHERE ${column} IS NOT NULL`);
  }
  const write = database.prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?, ?, ?)');
  const byId = database.prepare('SELECT payload, expires_at FROM models WHERE model = ? AND id = ?');
  const byUserCode = database.prepare('SELECT payload, expires_at FROM models WHERE model = ? AND user_code = ?');
  const byUid = database.prepare('SELECT payload, expires_at FROM models WHERE model = ? AND uid = ?');
  const used = database.prepare(
    "UPDATE models SET payload = json_set(payload, '$.consumed', unixepoch()) WHERE model = ? AND id = ?",
  );
  const removed = database.prepare('DELETE FROM models WHERE model = ? AND id = ?');
  const revoked = database.prepare('DELETE FROM models WHERE grant_id = ?');

  const read = (row: unknown) => {
    const { payload, expires_at } = (row ?? { payload: 'null', expires_at: null }) as Row;
    return expires_at !== null && expires_at < Date.now() ? undefined : (JSON.parse(payload) ?? undefined);
  };

  return class {
    readonly model: string;

    constructor(model: string) {
      this.model = model;
    }

    async upsert(id: string, payload: { grantId?: string; userCode?: string; uid?: string }, expiresIn?: number) {
      const { grantId = null, userCode = null, uid = null } = payload;
      const expiresAt = expiresIn === undefined ? null : Date.now() + expiresIn * 1000;
      write.run(this.model, id, JSON.stringify(payload), grantId, userCode, uid, expiresAt);
    }

    async find(id: string) {
      return read(byId.get(this.model, id));
    }

    async findByUserCode(userCode: string) {
      return read(byUserCode.get(this.model, userCode));
    }

    async findByUid(uid: string) {
      return read(byUid.get(this.model, uid));
    }

    async consume(id: string) {
      used.run(this.model, id);
    }

    async destroy(id: string) {
      removed.run(this.model, id);
    }

    async revokeByGrantId(grantId: string) {
      revoked.run(grantId);
    }
  };
}
