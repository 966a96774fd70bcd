import type { ApplicationDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { applicationWords } from './words.ts';

export const clientAuthOf = ({ oidcConfig }: ApplicationDto): string =>
  String(oidcConfig.token_endpoint_auth_method ?? 'client_secret_post');

export function ApplicationTable({ applications }: { applications: ApplicationDto[] }) {
  const words = useWords(applicationWords);
  const pool = usePool();
  return (
    <Table
      caption={words.title}
      rows={applications}
      idOf={({ appId }) => appId}
      isDim={({ enabled }) => !enabled}
      columns={[
        {
          name: 'name',
          title: words.name,
          phone: 'head',
          cell: ({ appId, appName, domain, approvesScans }) => (
            <span className="named">
              <span className="app-sign">
                <Icon name={approvesScans ? 'phone' : 'website'} />
              </span>
              <span>
                <Link to="/$pool/applications/$app" params={{ pool, app: appId }}>
                  {appName}
                </Link>
                {domain && <small>{domain}</small>}
              </span>
            </span>
          ),
        },
        {
          name: 'id',
          title: words.id,
          phone: 'gone',
          cell: ({ appId }) => <CopyText text={appId} short={10} name={words.id} />,
        },
        { name: 'kind', title: words.kind, phone: 'gone', cell: ({ kind }) => words[kind] },
        {
          name: 'auth',
          title: words.auth,
          cell: (application) => {
            const method = clientAuthOf(application);
            return method === 'none' ? words.noSecret : words[method as 'client_secret_post'];
          },
        },
        {
          name: 'scans',
          title: words.scans,
          cell: ({ approvesScans }) => (approvesScans ? words.yes : <span className="soft">{words.no}</span>),
        },
        {
          name: 'binding',
          title: words.binding,
          phone: 'gone',
          cell: ({ pollBinding }) =>
            pollBinding === 'none' ? <Tag tone="warn">{words.none}</Tag> : words[pollBinding],
        },
        {
          name: 'rules',
          title: words.rules,
          phone: 'gone',
          cell: ({ customSecurityEnabled }) =>
            customSecurityEnabled ? <Tag tone="accent">{words.yes}</Tag> : <span className="soft">{words.no}</span>,
        },
        {
          name: 'state',
          title: words.state,
          cell: ({ enabled }) => (enabled ? <Tag tone="good">{words.on}</Tag> : <Tag>{words.off}</Tag>),
        },
      ]}
    />
  );
}
