import type { ScanStatisticsDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Section } from '../../parts/page.tsx';
import { useEventNames } from '../audit/event-names.ts';
import { overviewWords } from './words.ts';

/** What deserves a look, each with a way to its events. */
export function Alarms({ alarms, range }: { alarms: ScanStatisticsDto['alarms'] | undefined; range: string }) {
  const words = useWords(overviewWords);
  const formats = useFormats();
  const pool = usePool();
  const nameOf = useEventNames();
  const found = Object.entries(alarms ?? {})
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  return (
    <Section title={words.alarms} lead={words.alarmsText}>
      {found.length === 0 ? (
        <p className="soft">{words.noAlarms}</p>
      ) : (
        <ul className="lines">
          {found.map(([type, n]) => (
            <li key={type}>
              <Icon name="warning" />
              <Link className="grow" to="/$pool/audit" params={{ pool }} search={{ type, range }}>
                {nameOf(type)}
              </Link>
              <strong className="figure">{formats.number(n)}</strong>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
