import type { AuditEventDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { changesOf, inOneLine } from './changed.ts';
import { useEventNames } from './event-names.ts';
import { auditWords } from './words.ts';

export const tones = { success: 'plain', failure: 'warn', alarm: 'bad' } as const;

/** Who acted, where it was no person: an administrator, a key, the pool's secret, the configuration file. */
export function useActor() {
  const words = useWords(auditWords);
  const pool = usePool();
  return ({ administratorName, administratorId, accessKeyId, detail }: AuditEventDto): string => {
    if (administratorName ?? administratorId) return administratorName ?? administratorId ?? '';
    if (accessKeyId !== null) return accessKeyId === pool ? words.ownLimit : `${words.key} ${accessKeyId.slice(0, 8)}…`;
    return detail.source === 'config_file' ? words.configFile : '';
  };
}

export function EventTable({
  events,
  without,
  linkTo,
}: {
  events: AuditEventDto[];
  /** A column that would say the same in each row. */
  without?: 'person' | 'application';
  linkTo: (event: AuditEventDto) => { to: string; search: object };
}) {
  const words = useWords(auditWords);
  const pool = usePool();
  const nameOf = useEventNames();
  const actorOf = useActor();
  const columns: Column<AuditEventDto>[] = [
    { name: 'time', title: words.time, phone: 'head', cell: ({ at }) => <When at={at} isShort /> },
    {
      name: 'event',
      title: words.event,
      phone: 'head',
      cell: (event) => (
        <span className="named">
          <span>
            <Link {...(linkTo(event) as { to: '/$pool/audit'; search: object })} params={{ pool }} resetScroll={false}>
              {nameOf(event.type)}
            </Link>
            {event.count > 1 && <> × {event.count}</>}
            <small className="mono">{event.type}</small>
            {changesOf(event.detail.originValue, event.detail.targetValue)
              .slice(0, 2)
              .map((change) => (
                <small key={change.name}>{inOneLine(change)}</small>
              ))}
          </span>
        </span>
      ),
    },
    {
      name: 'person',
      title: words.person,
      cell: ({ userId, userName }) =>
        userId === null ? null : (
          <Link to="/$pool/users/$user" params={{ pool, user: userId }} className="plain-link">
            {userName ?? `${userId.slice(0, 10)}…`}
          </Link>
        ),
    },
    {
      name: 'application',
      title: words.application,
      phone: 'gone',
      cell: ({ appName, appId }) => appName ?? (appId ? `${appId.slice(0, 10)}…` : null),
    },
    { name: 'by', title: words.by, phone: 'gone', cell: actorOf },
    {
      name: 'address',
      title: words.address,
      phone: 'gone',
      cell: ({ ip }) => ip && <code className="nowrap">{ip}</code>,
    },
    {
      name: 'outcome',
      title: words.outcome,
      cell: ({ outcome }) =>
        outcome === 'success' ? (
          <span className="soft">{words.success}</span>
        ) : (
          <Tag tone={tones[outcome]}>{words[outcome]}</Tag>
        ),
    },
  ];
  return (
    <Table
      caption={words.title}
      rows={events}
      idOf={({ eventId }) => eventId}
      columns={columns.filter(({ name }) => name !== without)}
    />
  );
}
