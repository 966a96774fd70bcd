import { type Machine, machineLine } from '../machine.ts';
import { isMet, type Result, shareWithRange, type Target } from '../section.ts';
import { markdownTable, plainTable } from './table.ts';

/** The result of a section as text for a terminal. */
export function plainReport({ title, method, columns, rows, targets, missing }: Result): string {
  return [
    `\n${title}`,
    ...method.map((sentence) => `  ${sentence}`),
    ...(rows.length > 0 ? ['', plainTable(columns, rows)] : []),
    ...(targets.length > 0 ? ['', ...targets.map((target) => `  ${verdict(target)}`)] : []),
    ...missing.map((what) => `  NOT MEASURED ${what}`),
  ].join('\n');
}

/** All results as Markdown for docs/benchmarks.md. */
export function markdownReport(machine: Machine, results: Result[]): string {
  const sections = results.map(({ title, method, columns, rows, targets, missing }) =>
    [
      `### ${title}`,
      method.join(' '),
      rows.length > 0 ? markdownTable(columns, rows) : '',
      targets.map((target) => `- ${verdict(target)}`).join('\n'),
      missing.map((what) => `- Not measured: ${firstLine(what)}`).join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
  );
  return [`${machineLine(machine)}.`, '![The figures below as bars](images/benchmarks.svg)', ...sections].join('\n\n');
}

const begin = '<!-- npm run bench -- --write puts its results here -->';
const end = '<!-- end of results -->';

/** Replaces what stands between the markers of `page` by `report`. @throws Error when a marker is missing */
export function intoPage(page: string, report: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks the lines ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n${report}\n${page.slice(to)}`;
}

function verdict(target: Target): string {
  const { what, measured, bound, must, unit } = target;
  const figures = `${shareWithRange(measured, unit)}, target ${must === 'reach' ? 'at least' : 'below'} ${bound}${unit}`;
  const { typically, always } = isMet(target);
  const outcome = typically ? (always ? 'met' : 'met, but not in every round') : 'MISSED';
  return `${what}: ${figures}: ${outcome}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
