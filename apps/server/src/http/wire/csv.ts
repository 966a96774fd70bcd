/** Spreadsheets run a cell that begins so as a formula, and strangers choose some of these texts: an apostrophe makes it a text. */
const formula = /^[=+\-@\t\r\n]/;

/** A line of cells. What is no text is written as JSON. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
