/** SQLite's primary result codes that somebody decides by. */
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

/** Primary key and other unique constraints, as extended codes. */
const uniqueViolations = new Set([1555, 2067]);

/** Null for errors that are not SQLite's. */
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
