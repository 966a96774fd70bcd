/** The primary result codes of SQLite that the stores decide by. */
export const resultCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const;

/** Extended result codes of violated primary keys and other unique constraints. */
const uniqueViolations = new Set([1555, 2067]);

export function resultCodeOf(error: unknown): number | null {
  const extended = extendedCodeOf(error);
  return extended === null ? null : extended & 0xff;
}

export function isUniqueViolation(error: unknown): error is Error {
  const extended = extendedCodeOf(error);
  return extended !== null && uniqueViolations.has(extended);
}

function extendedCodeOf(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : null;
}
