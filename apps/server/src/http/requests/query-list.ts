/** Reads a list in a query: repeated `name[]=`, as signing clients send it, or one text with commas. */
export function listOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : value.split(',')).filter((text) => text !== '');
}
