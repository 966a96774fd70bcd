import type { LiveCodeDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { GatedButton } from '../../forms/gate.tsx';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { liveWords } from './words.ts';

export function CodeTable({
  codes,
  nameOf,
  onEnd,
}: {
  codes: LiveCodeDto[];
  nameOf: (appId: string) => string;
  onEnd: (code: LiveCodeDto) => void;
}) {
  const words = useWords(liveWords);
  const formats = useFormats();
  const pool = usePool();
  return (
    <Table
      caption={words.title}
      rows={codes}
      idOf={({ code }) => code}
      columns={[
        {
          name: 'code',
          title: words.code,
          phone: 'head',
          cell: ({ code }) => (
            <Link to="/$pool/audit" params={{ pool }} search={{ code, order: 'oldest' }} className="mono">
              {code.slice(0, 16)}
            </Link>
          ),
        },
        { name: 'application', title: words.application, cell: ({ appId }) => nameOf(appId) },
        {
          name: 'status',
          title: words.status,
          cell: ({ status, foreignPoll }) => (
            <span className="row">
              <Tag tone={status === 'SCANNED' ? 'accent' : 'plain'}>{words[status]}</Tag>
              {foreignPoll && <Tag tone="bad">{words.foreign}</Tag>}
            </span>
          ),
        },
        {
          name: 'left',
          title: words.left,
          cell: ({ createdAt, expiresAt }) => (
            <span className="when figure">
              {formats.ago(expiresAt)} <span className="soft">{words.shownAgo(formats.ago(createdAt))}</span>
            </span>
          ),
        },
        {
          name: 'maker',
          title: words.maker,
          cell: ({ maker }) =>
            maker.isServer ? words.aServer : [maker.browser, maker.os, maker.ip].filter(Boolean).join(' · ') || '–',
        },
        {
          name: 'scanner',
          title: words.scanner,
          cell: ({ scanner }) =>
            scanner && (
              <Link to="/$pool/users/$user" params={{ pool, user: scanner.userId }}>
                {scanner.name}
              </Link>
            ),
        },
        {
          name: 'bound',
          title: words.bound,
          phone: 'gone',
          cell: ({ bound }) => (bound ? words.isBound : <Tag tone="warn">{words.isOpen}</Tag>),
        },
        {
          name: 'deed',
          title: words.deed,
          phone: 'head',
          cell: (code) => (
            <GatedButton needs="operator" variant="default" size="xs" onClick={() => onEnd(code)}>
              {words.end}
            </GatedButton>
          ),
        },
      ]}
    />
  );
}
