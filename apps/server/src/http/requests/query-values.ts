/** Values of a query arrive as words; the schema has checked their form. */

export function isTrue(word: string | undefined): boolean {
  return word === '1' || word?.toLowerCase() === 'true';
}

/** Reads a moment to filter by. Official clients send zero for a moment that nobody set. */
export function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits) || undefined;
}

export function pageOf({ page = '1', limit = '10' }: { page?: string; limit?: string }): {
  offset: number;
  limit: number;
} {
  return { offset: (Number(page) - 1) * Number(limit), limit: Number(limit) };
}
