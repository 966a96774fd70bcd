import { Button } from '@mantine/core';
import type { ScanStatisticsDto } from '@passbeam/protocol';
import { lazy, Suspense, useState } from 'react';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { Waiting } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { overviewWords } from './words.ts';

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }));

export const steps = ['created', 'scanned', 'confirmed', 'exchanged'] as const;
const medianOf = { scanned: 'scan', confirmed: 'confirm', exchanged: 'exchange' } as const;

/** Without the last period while it lasts: a line that falls to nothing would say that nobody logs in any more. */
function finished({ series, computedUpTo }: ScanStatisticsDto): ScanStatisticsDto['series'] {
  const [last, previous] = [series.at(-1), series.at(-2)];
  if (last === undefined || previous === undefined) return series;
  const end = 2 * Date.parse(last.at) - Date.parse(previous.at);
  const before = series.slice(0, -1);
  const countedUpTo = computedUpTo === null ? Date.now() : Date.parse(computedUpTo);
  return end > countedUpTo && before.some(({ created }) => created > 0) ? before : series;
}

/** How many codes came how far, as figures and over time. */
export function Funnel({ statistics }: { statistics: ScanStatisticsDto }) {
  const words = useWords(overviewWords);
  const formats = useFormats();
  const [isTable, setTable] = useState(false);
  const { totals, before, medianSeconds, series, computedUpTo } = statistics;
  return (
    <Section
      title={words.funnel}
      lead={computedUpTo === null ? undefined : words.funnelText(formats.short(computedUpTo))}
      actions={
        <Button variant="default" size="xs" onClick={() => setTable(!isTable)}>
          {isTable ? words.asChart : words.asTable}
        </Button>
      }
    >
      <dl className="steps-of-login">
        {steps.map((step, index) => {
          const previous = steps[index - 1];
          const median = step === 'created' ? null : medianSeconds[medianOf[step]];
          return (
            <div key={step} className={`step-figure ${step}`}>
              <dt>{words[step]}</dt>
              <dd>
                <strong>{formats.number(totals[step])}</strong>
                {previous && totals[previous] > 0 && (
                  <span>{words.ofStep(formats.percent(totals[step] / totals[previous]))}</span>
                )}
                {median !== null && <span>{words.median(formats.roughly(median))}</span>}
                <span>{words.before(formats.number(before.totals[step]))}</span>
              </dd>
            </div>
          );
        })}
      </dl>
      {totals.created === 0 ? (
        <p className="soft">{words.nothing}</p>
      ) : isTable ? (
        <div className="chart-table">
          <Table
            caption={words.chart}
            rows={series}
            idOf={({ at }) => at}
            columns={[
              { name: 'at', title: words.time, phone: 'head', cell: ({ at }) => formats.short(at) },
              ...([...steps, 'cancelled', 'expired'] as const).map((step) => ({
                name: step,
                title: words[step],
                isNumber: true,
                cell: (point: (typeof series)[number]) => formats.number(point[step]),
              })),
            ]}
          />
        </div>
      ) : (
        <Suspense fallback={<Waiting rows={6} />}>
          <Chart series={finished(statistics)} label={words.chart} />
        </Suspense>
      )}
      <p className="soft small" style={{ marginTop: 10 }}>
        {words.cancelled}: {formats.number(totals.cancelled)} · {words.expired}: {formats.number(totals.expired)}
      </p>
    </Section>
  );
}
