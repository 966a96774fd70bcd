import type { ReactNode } from 'react';
import './table.css';

export interface Column<Row> {
  name: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right. */
  isNumber?: boolean;
  /** On a phone: `head` is the card's first line, `fact` stands below with its title, `gone` is left out, `corner` in the upper corner. Default: fact. */
  phone?: 'head' | 'fact' | 'gone' | 'corner';
}

/** Rows and columns; on a phone the same rows as cards, read in the same order. */
export function Table<Row>({
  caption,
  columns,
  rows,
  idOf,
  isDim,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  isDim?: (row: Row) => boolean;
}) {
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, title, isNumber }) => (
              <th key={name} scope="col" className={isNumber ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)} className={isDim?.(row) ? 'dim' : undefined}>
              {columns.map(({ name, title, cell, isNumber, phone = 'fact' }) => (
                <td
                  key={name}
                  className={`${phone}${isNumber ? ' number' : ''}`}
                  data-title={typeof title === 'string' && title !== '' ? title : undefined}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
