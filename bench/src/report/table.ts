/** A table for a terminal: columns under their headings, numbers aligned to the right. */
export function plainTable(columns: string[], rows: string[][]): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: string[]) =>
    columns
      .map((_, column) => {
        const [cell, width] = [row[column] ?? '', widths[column] ?? 0];
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('   ')
      .trimEnd();
  return all.map((row) => `  ${line(row)}`).join('\n');
}

export function markdownTable(columns: string[], rows: string[][]): string {
  const line = (row: string[]) => `| ${columns.map((_, column) => row[column] ?? '').join(' | ')} |`;
  return [
    line(columns),
    `|${columns.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
