import type { AuditEventDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { tones } from '../audit/event-table.tsx';
import { MoreEvents } from '../audit/more-events.tsx';
import { useEvents } from '../audit/use-events.ts';
import { auditWords } from '../audit/words.ts';
import { administratorEventWords } from './administrator-event-words.ts';

/** The log of administrators themselves, for owners of all pools. */
export function AdministratorEvents() {
  const words = useWords(administratorEventWords);
  const log = useWords(auditWords);
  const names: Record<string, string> = words;
  const found = useEvents({}, 25, 'list-administrator-events');
  const whomOf = ({ detail }: AuditEventDto) => detail.changedName ?? detail.signInName ?? '';
  return (
    <Section title={words.title} lead={words.lead}>
      <Loaded query={found.query} rows={5}>
        {() => (
          <div className="stack">
            {found.events.length > 0 ? (
              <Table
                caption={words.title}
                rows={found.events}
                idOf={({ eventId }) => eventId}
                columns={[
                  { name: 'time', title: log.time, phone: 'head', cell: ({ at }) => <When at={at} isShort /> },
                  {
                    name: 'event',
                    title: log.event,
                    phone: 'head',
                    cell: ({ type }) => (
                      <span className="named">
                        <span>
                          {names[type.slice('administrator.'.length)] ?? type}
                          <small className="mono">{type}</small>
                        </span>
                      </span>
                    ),
                  },
                  { name: 'by', title: log.by, cell: ({ administratorName }) => administratorName },
                  { name: 'whom', title: words.whom, cell: (event) => String(whomOf(event)) },
                  { name: 'address', title: log.address, phone: 'gone', cell: ({ ip }) => ip && <code>{ip}</code> },
                  {
                    name: 'outcome',
                    title: log.outcome,
                    cell: ({ outcome }) =>
                      outcome === 'success' ? (
                        <span className="soft">{log.success}</span>
                      ) : (
                        <Tag tone={tones[outcome]}>{log[outcome]}</Tag>
                      ),
                  },
                ]}
              />
            ) : (
              <Empty icon="audit" title={log.nothingLately} />
            )}
            <MoreEvents found={found} />
          </div>
        )}
      </Loaded>
    </Section>
  );
}
