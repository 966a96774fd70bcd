import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine.ts';
import type { Result, Target } from '../section.ts';
import { spread } from '../statistics.ts';
import { barChart } from './chart.ts';
import { intoPage, markdownReport, plainReport } from './report.ts';
import { markdownTable, plainTable } from './table.ts';

const target: Target = { what: 'share of bare', measured: spread([0.714]), bound: 0.7, must: 'reach', unit: '' };
const result: Result = {
  title: 'Polls',
  method: ['One code.', 'Two cores.'],
  columns: ['', 'polls/s'],
  rows: [['bare', '100,000']],
  targets: [target],
  bars: null,
  missing: ['Redis: it is not here\nand more'],
};
const machine: Machine = {
  cpu: 'A processor',
  cores: 2,
  memoryGiB: 4,
  platform: 'linux',
  node: '24.0.0',
  loadTool: 'wrk',
  date: '2026-01-02',
};

describe('the report', () => {
  it('says of each target whether it was met', () => {
    expect(plainReport(result)).toContain('share of bare: 0.71, target at least 0.7: met');
    const missed = { ...target, measured: spread([0.69]) };
    expect(plainReport({ ...result, targets: [missed] })).toContain('0.69, target at least 0.7: MISSED');
    const close = { ...target, measured: spread([0.69, 0.71, 0.73]) };
    expect(plainReport({ ...result, targets: [close] })).toContain(
      '0.71 (0.69–0.73), target at least 0.7: met, but not in every round',
    );
  });

  it('judges a target that must stay below its bound', () => {
    const delay: Target = { what: 'p99', measured: spread([20]), bound: 20, must: 'stay below', unit: ' ms' };
    expect(plainReport({ ...result, targets: [delay] })).toContain('p99: 20.0 ms, target below 20 ms: MISSED');
    const sooner = { ...delay, measured: spread([19.9]) };
    expect(plainReport({ ...result, targets: [sooner] })).toContain('met');
  });

  it('names what could not be measured, and the machine', () => {
    expect(plainReport(result)).toContain('NOT MEASURED Redis: it is not here\nand more');
    const page = markdownReport(machine, [result]);
    expect(page).toContain('- Not measured: Redis: it is not here');
    expect(page).not.toContain('and more');
    expect(page).toContain('2026-01-02: A processor, 2 cores, 4 GiB, linux, Node.js 24.0.0, load by wrk.');
  });
});

describe('the page', () => {
  const page = 'before\n<!-- npm run bench -- --write puts its results here -->\nold\n<!-- end of results -->\nafter\n';

  it('keeps the text around the results', () => {
    const written = intoPage(page, 'new');
    expect(written).toBe(page.replace('old', 'new'));
    expect(intoPage(written, 'newer')).toBe(page.replace('old', 'newer'));
  });

  it('throws when one of the two markers is missing', () => {
    expect(() => intoPage('nothing', 'new')).toThrow('the page lacks');
  });
});

it('aligns the columns of tables, and fills missing cells', () => {
  expect(plainTable(['', 'n'], [['abc', '1'], ['d']])).toBe('        n\n  abc   1\n  d');
  expect(markdownTable(['', 'n'], [['abc', '1'], ['d']])).toBe('|  | n |\n|---|--:|\n| abc | 1 |\n| d |  |');
});

describe('the chart', () => {
  const chart = {
    title: 'A <b> & "c"',
    bars: [
      { label: 'long', value: 200, shown: '200' },
      { label: 'half', value: 100, shown: '100' },
      { label: 'tiny', value: 0.001, shown: '0' },
    ],
  };
  const svg = barChart('Title', 'caption', [chart]);
  const lengths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, length]) => Number(length));

  it('draws bars in proportion, and every bar visibly', () => {
    expect(lengths).toHaveLength(3);
    expect(lengths[1]).toBeCloseTo((lengths[0] ?? 0) / 2);
    expect(lengths[2]).toBe(1);
  });

  it('escapes its texts and has colours for dark pages', () => {
    expect(svg).toContain('A &lt;b&gt; &amp; &quot;c&quot;');
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});
