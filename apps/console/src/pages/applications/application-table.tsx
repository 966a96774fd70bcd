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

/** An app that people carry: it confirms scans and cannot keep a secret. */
export const isPhone = (application: ApplicationDto): boolean =>
  application.approvesScans && clientAuthOf(application) === 'none';

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
          cell: (application) => (
            <span className="named">
              <span className="app-sign">
                <Icon name={isPhone(application) ? 'phone' : 'website'} />
              </span>
              <span>
                <Link to="/$pool/applications/$app" params={{ pool, app: application.appId }}>
                  {application.appName}
                </Link>
                <small>
                  {[application.domain, application.kind === 'relyingParty' && words.relyingParty]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
            </span>
          ),
        },
        {
          name: 'id',
          title: words.id,
          phone: 'gone',
          cell: ({ appId }) => <CopyText text={appId} short={8} name={words.id} />,
        },
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
