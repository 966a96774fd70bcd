/**
 * Signs with which a spreadsheet begins a formula (full-width ones too), where it would see the beginning of a cell: at the start of the
 * text, or after a semicolon, tab, bar or line break, which some programs take for separators inside quotes. Strangers choose some of
 * these texts, so what stands before a sign is looked at from the sign backwards: a run of blanks costs its length, and not the square.
 */
const formulas = /(?<=(?:^|[;|\t\r\n])[\s"]*)[=+\-@＝＋－＠]/g;
/** Some programs drop these at the beginning of a cell, and see what follows. */
const dropped = /^[\t\r\n]/;

/** A line of cells, in which an apostrophe makes formulas texts. What is no text is written as JSON. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = text.replace(formulas, "'$&").replace(dropped, "'$&");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
