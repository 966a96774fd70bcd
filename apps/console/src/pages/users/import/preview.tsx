import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import type { ChosenFile } from './chosen-file.ts';
import { fieldWords } from './field-words.ts';
import { hidden, type Mapping } from './mapping.tsx';
import { importWords } from './words.ts';

/** The first rows as they will be read. */
export function Preview({ chosen, mapping }: { chosen: ChosenFile; mapping: Mapping }) {
  const words = useWords(importWords);
  const names: Record<string, string> = useWords(fieldWords);
  const columns = chosen.columns.filter((column) => mapping[column]);
  return (
    <Section title={words.preview}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section className="preview-frame" tabIndex={0} aria-label={words.preview}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {names[mapping[column] ?? ''] ?? mapping[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chosen.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column}>{mapping[column] === 'password' && row[column] ? hidden : row[column]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}
