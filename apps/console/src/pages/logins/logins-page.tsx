import { NativeSelect } from '@mantine/core';
import type { ApplicationPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { reading, usePool } from '../../api/pool.ts';
import { GatedButton } from '../../forms/gate.tsx';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { EventTable } from '../audit/event-table.tsx';
import { filterOf } from '../audit/filter.ts';
import { MoreEvents } from '../audit/more-events.tsx';
import { useEvents } from '../audit/use-events.ts';
import { loginsWords } from './words.ts';

const Remedy = lazy(async () => ({ default: (await import('./remedy.tsx')).Remedy }));
const route = getRouteApi('/shell/$pool/logins');
const ranges = ['day', 'week', 'month'] as const;
const types = 'session.created,user.sign_in_failed';

export function LoginsPage() {
  const words = useWords(loginsWords);
  const pool = usePool();
  const navigate = route.useNavigate();
  const { app, range: wanted } = route.useSearch();
  const range = ranges.find((one) => one === wanted) ?? 'day';
  const filter = useMemo(() => filterOf({ type: types, range, app }, Date.now()), [range, app]);
  const found = useEvents(filter);
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const [isEnding, setEnding] = useState(false);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <GatedButton needs="owner" variant="light" color="red" onClick={() => setEnding(true)}>
          {words.remedy}
        </GatedButton>
      }
    >
      <div className="filter-bar">
        <NativeSelect
          label={words.range}
          value={range}
          onChange={(event) => navigate({ search: { ...(app && { app }), range: event.currentTarget.value } })}
          data={ranges.map((value) => ({ value, label: words[value] }))}
        />
        <NativeSelect
          label={words.application}
          value={app ?? ''}
          onChange={(event) =>
            navigate({
              search: {
                ...(wanted && { range }),
                ...(event.currentTarget.value && { app: event.currentTarget.value }),
              },
            })
          }
          data={[
            { value: '', label: words.all },
            ...(applications.data?.list.map(({ appId, appName }) => ({ value: appId, label: appName })) ?? []),
          ]}
        />
      </div>
      <Loaded query={found.query} rows={8}>
        {() => (
          <div className="stack">
            {found.events.length > 0 ? (
              <EventTable
                events={found.events}
                linkTo={({ eventId }) => ({ to: '/$pool/audit', search: { event: eventId, type: types, range, app } })}
              />
            ) : (
              !found.isSearching && (
                <Empty icon="logins" title={words.empty}>
                  {words.emptyText}
                </Empty>
              )
            )}
            <MoreEvents found={found} />
          </div>
        )}
      </Loaded>
      <Suspense>
        {isEnding && <Remedy applications={applications.data?.list ?? []} onClose={() => setEnding(false)} />}
      </Suspense>
    </Page>
  );
}
