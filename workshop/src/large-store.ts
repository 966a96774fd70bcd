import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Copies a person and an event of a user pool, in the data folder of a stopped server, with names and instants of their own. */
export function fillPeopleAndEvents(
  dataFolder: string,
  userPoolId: string,
  { people, events }: { people: number; events: number },
): void {
  const database = new DatabaseSync(join(dataFolder, 'passbeam.db'));
  const copies = (table: string, count: number, own: Record<string, string>, left: string[]) => {
    const template = `SELECT * FROM ${table} WHERE user_pool_id = '${userPoolId}' LIMIT 1`;
    const row = database.prepare(template).get();
    if (row === undefined) throw new Error(`the user pool has nothing in ${table}`);
    const columns = Object.keys(row).filter((column) => !left.includes(column));
    database.exec(`
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
      INSERT INTO ${table} (${columns.join(', ')})
      SELECT ${columns.map((column) => own[column] ?? `template.${column}`).join(', ')}
      FROM numbers, (${template}) AS template`);
  };
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
    const name = `'copy-' || n`;
    const names = { id: name, username: name, username_lower: name, username_folded: name, username_looks: name };
    copies('users', people, { ...names, created_at: 'template.created_at - n' }, []);
    copies('audit_events', events, { id: name, at: 'template.at + n' }, ['seq']);
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
