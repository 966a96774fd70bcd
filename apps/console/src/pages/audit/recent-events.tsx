import type { ListAuditEventsDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { EventTable } from './event-table.tsx';
import { MoreEvents } from './more-events.tsx';
import { useEvents } from './use-events.ts';
import { auditWords } from './words.ts';

/** The audit log of one application or person, as part of their page. */
export function RecentEvents({ filter }: { filter: ListAuditEventsDto }) {
  const words = useWords(auditWords);
  const found = useEvents(filter, 25);
  return (
    <Loaded query={found.query} rows={5}>
      {() => (
        <div className="stack">
          {found.events.length > 0 ? (
            <EventTable
              events={found.events}
              without={filter.userId === undefined ? 'application' : 'person'}
              linkTo={({ eventId }) => ({
                to: '/$pool/audit',
                search: { event: eventId, user: filter.userId, app: filter.appId, range: 'month' },
              })}
            />
          ) : (
            !found.isSearching && <Empty icon="audit" title={words.nothingLately} />
          )}
          <MoreEvents found={found} />
        </div>
      )}
    </Loaded>
  );
}
