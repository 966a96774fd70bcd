import type { Chart } from '../section.ts';

const width = 760;
const labelWidth = 250;
const valueWidth = 110;
const barHeight = 16;
const rowHeight = 24;
const titleHeight = 34;
const gap = 14;

/** An SVG of horizontal bars. Each chart is a group with a scale of its own, which begins at zero. */
export function barChart(title: string, caption: string, charts: Chart[]): string {
  let top = 30;
  const groups = charts.map((chart) => {
    const group = bars(chart, top);
    top += titleHeight + chart.bars.length * rowHeight + gap;
    return group;
  });
  const height = top + 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .caption { font-size: 11px; fill: #57606a }
  .bar { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .caption { fill: #9198a1 }
    .bar { fill: #4493f8 }
  }
</style>
${groups.join('\n')}
<text class="caption" x="0" y="${height - 6}">${escaped(caption)}</text>
</svg>
`;
}

function bars({ title, bars }: Chart, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = width - labelWidth - valueWidth;
  const rows = bars.map(({ label, value, shown }, index) => {
    const y = top + titleHeight - 18 + index * rowHeight;
    // Even the shortest bar must be visible.
    const length = Math.max((value / longest) * room, 1).toFixed(1);
    const baseline = y + 12.5;
    return [
      `<text x="${labelWidth - 10}" y="${baseline}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="bar" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<text x="${labelWidth + Number(length) + 8}" y="${baseline}">${escaped(shown)}</text>`,
    ].join('\n');
  });
  return [`<text class="title" x="0" y="${top}">${escaped(title)}</text>`, ...rows].join('\n');
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
