import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { EventTable } from './event-table.tsx';
import { ExportMenu } from './export-menu.tsx';
import { type AuditSearch, filterOf } from './filter.ts';
import { MoreEvents } from './more-events.tsx';
import { useEvents } from './use-events.ts';
import { auditWords } from './words.ts';

const EventDrawer = lazy(async () => ({ default: (await import('./event-drawer.tsx')).EventDrawer }));
const route = getRouteApi('/shell/$pool/audit');

/** Everything that is recorded. The address holds the filters: a pasted link shows the same. */
export function AuditPage() {
  const words = useWords(auditWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { event: open, ...filters } = search;
  const key = JSON.stringify(filters);
  // The end of a period like "last 7 days" is set once for an address, so that what was read can be used again.
  const filter = useMemo(() => filterOf(JSON.parse(key), Date.now()), [key]);
  const found = useEvents(filter);
  const go = (next: AuditSearch, replace = false) =>
    navigate({
      search: Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== '')),
      replace,
      resetScroll: false,
    });
  const index = found.events.findIndex(({ eventId }) => eventId === open);
  const shown = found.events[index];
  return (
    <Page
      title={search.code === undefined ? words.title : words.story}
      lead={search.code === undefined ? words.lead : words.storyText}
      width="wide"
      actions={<ExportMenu filter={filter} />}
    >
      <AuditFilters search={filters} onChange={(next) => go(next)} onReplace={(next) => go(next, true)} />
      <Loaded query={found.query} rows={10}>
        {() => (
          <div className="stack">
            {found.events.length > 0 ? (
              <EventTable
                events={found.events}
                linkTo={({ eventId }) => ({ to: '/$pool/audit', search: { ...filters, event: eventId } })}
              />
            ) : (
              !found.isSearching && (
                <Empty
                  icon="audit"
                  title={words.noMatch}
                  action={
                    <Button variant="default" onClick={() => go({})}>
                      {words.clear}
                    </Button>
                  }
                >
                  {words.noMatchText}
                </Empty>
              )
            )}
            <MoreEvents found={found} />
          </div>
        )}
      </Loaded>
      <Suspense>
        {shown && (
          <EventDrawer
            event={shown}
            onClose={() => go(filters)}
            onStep={(step) => {
              const next = found.events[index + step];
              if (next) go({ ...filters, event: next.eventId }, true);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}
