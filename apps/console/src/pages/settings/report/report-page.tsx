import type { ApplicationPageDto, SecurityCheckDto, SecurityReportDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asking, reading, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { type loginSettings, placeOf, tabOf } from '../../overview/warning-places.ts';
import { SettingsLayout } from '../settings-layout.tsx';
import { reportWords } from './words.ts';

/** Links to so many applications are enough to begin with. */
const linked = 5;

export function ReportPage() {
  const words = useWords(reportWords);
  const report = useQuery(asking<SecurityReportDto>(usePool(), 'get-security-report'));
  return (
    <SettingsLayout>
      <Section title={words.title} lead={words.text}>
        <Loaded query={report} rows={11}>
          {({ list }) => (
            <Table
              caption={words.title}
              rows={list}
              idOf={({ type }) => type}
              columns={[
                {
                  name: 'state',
                  title: words.state,
                  phone: 'corner',
                  cell: ({ isMet }) => <Tag tone={isMet ? 'good' : 'warn'}>{isMet ? words.met : words.open}</Tag>,
                },
                { name: 'why', title: words.why, phone: 'head', cell: ({ message }) => message },
                { name: 'where', title: words.where, cell: (check) => <Where check={check} /> },
              ]}
            />
          )}
        </Loaded>
      </Section>
    </SettingsLayout>
  );
}

function Where({ check: { type, appIds } }: { check: SecurityCheckDto }) {
  const words = useWords(reportWords);
  const pool = usePool();
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const nameOf = (appId: string) => applications.data?.list.find((one) => one.appId === appId)?.appName ?? appId;
  const place = placeOf[type];
  if (appIds.length > 0) {
    return (
      <span className="row">
        {appIds.slice(0, linked).map((app) => (
          <Link key={app} to="/$pool/applications/$app" params={{ pool, app }} search={{ tab: tabOf(type) }}>
            {nameOf(app)}
          </Link>
        ))}
        {appIds.length > linked && <span className="soft">…</span>}
      </span>
    );
  }
  if (place === undefined) return <span className="soft">{words.environment}</span>;
  return (
    <Link to={place as typeof loginSettings} params={{ pool }}>
      {words.setting}
    </Link>
  );
}
