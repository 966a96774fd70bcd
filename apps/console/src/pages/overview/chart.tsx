import { useComputedColorScheme } from '@mantine/core';
import type { ScanStatisticsDto } from '@passbeam/protocol';
import { constants } from '@passbeam/widget/look/tokens';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useLanguage, useWords } from '../../language/language.tsx';
import { overviewWords } from './words.ts';

const lines = [
  { name: 'created', color: 'step-created' },
  { name: 'scanned', color: 'step-scanned' },
  { name: 'confirmed', color: 'accent' },
  { name: 'exchanged', color: 'good' },
] as const;

/** The steps over time. A canvas says nothing to a screen reader: the same figures are there as a table. */
export function Chart({ series, label }: { series: ScanStatisticsDto['series']; label: string }) {
  const words = useWords(overviewWords);
  const { language } = useLanguage();
  const scheme = useComputedColorScheme('light');
  const holder = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the variables resolve to
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const color = (name: string) => resolved(element, `var(${name})`);
    const grid = { stroke: color('--line'), width: 1 };
    const axis = { stroke: color('--soft'), grid, ticks: { ...grid, size: 4 }, font: `12px ${constants.sans}` };
    const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: element.clientHeight,
        cursor: { y: false },
        legend: { show: false },
        series: [
          {},
          ...lines.map(({ name, color: token }) => ({
            label: words[name],
            stroke: color(`--${token}`),
            width: 2,
            points: { show: false },
          })),
        ],
        axes: [
          {
            ...axis,
            space: 70,
            values: (_chart, moments) => {
              const isLong = (moments.at(-1) ?? 0) - (moments[0] ?? 0) > 2 * 86_400;
              const format = new Intl.DateTimeFormat(
                locale,
                isLong ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' },
              );
              return moments.map((at) => format.format(new Date(at * 1000)));
            },
          },
          {
            ...axis,
            size: 48,
            values: (_chart, values) =>
              values.map((value) => (Number.isInteger(value) ? value.toLocaleString(locale) : '')),
          },
        ],
        scales: { y: { range: (_chart, _low, high) => [0, Math.max(4, high * 1.05)] } },
      },
      [
        series.map(({ at }) => new Date(at).getTime() / 1000),
        ...lines.map(({ name }) => series.map((point) => point[name])),
      ],
      element,
    );
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: element.clientHeight }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.destroy();
    };
  }, [series, words, language, scheme]);
  return <div className="chart" ref={holder} role="img" aria-label={label} />;
}

/** A canvas takes no variables: what they stand for now. */
function resolved(element: HTMLElement, color: string): string {
  const probe = document.createElement('i');
  probe.style.color = color;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
