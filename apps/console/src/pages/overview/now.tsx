import type { LiveCodesDto, UserPoolSummaryDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asking, usePool } from '../../api/pool.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { partWords } from '../../parts/words.ts';
import { overviewWords } from './words.ts';

/** How much there is. No number above ten thousand is exact. */
export function Now() {
  const words = useWords(overviewWords);
  const parts = useWords(partWords);
  const formats = useFormats();
  const pool = usePool();
  const live = useQuery({ ...asking<LiveCodesDto>(pool, 'list-live-codes', { limit: 1 }), refetchInterval: 5000 });
  const summary = useQuery({ ...asking<UserPoolSummaryDto>(pool, 'get-userpool-summary'), refetchInterval: 60_000 });
  const said = (count: { n: number; isCapped: boolean } | undefined) =>
    count === undefined ? '–' : count.isCapped ? parts.moreThan(formats.number(count.n)) : formats.number(count.n);
  return (
    <Section title={words.now}>
      <dl className="counts">
        {(
          [
            ['/$pool/live', words.unfinished, said(live.data?.unfinished)],
            ['/$pool/users', words.people, said(summary.data?.users)],
            ['/$pool/applications', words.applications, said(summary.data?.applications)],
            ['/$pool/access-keys', words.keys, said(summary.data?.accessKeys)],
          ] as const
        ).map(([to, name, value]) => (
          <div key={to}>
            <dt>
              <Link to={to} params={{ pool }}>
                {name}
              </Link>
            </dt>
            <dd>
              <strong>{value}</strong>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
