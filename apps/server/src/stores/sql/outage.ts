import { isPostgresOutage } from './postgres/failures.ts';
import { resultCodeOf, resultCodes } from './sqlite/result-code.ts';

const outages: ReadonlySet<number> = new Set(Object.values(resultCodes));

/** Whether the database failed (full disk, file locked or damaged, no answer) and not we: the caller should come back later. */
export function isStoreOutage(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === null ? isPostgresOutage(error) : outages.has(code);
}
