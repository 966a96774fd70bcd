import type { ApplicationDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Failure } from '../../../api/failure.ts';
import { reading } from '../../../api/pool.ts';
import { ShowYaml } from '../../../forms/show-yaml.tsx';
import { useWords } from '../../../language/language.tsx';
import { Page } from '../../../parts/page.tsx';
import { Empty, Loaded } from '../../../parts/states.tsx';
import { Tabs } from '../../../parts/tabs.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { clientAuthOf } from '../application-table.tsx';
import { ConnectStep } from '../wizard/connect-step.tsx';
import { applicationWords } from '../words.ts';
import { ActivityTab } from './activity-tab.tsx';
import { Ids } from './ids.tsx';
import { SecretsTab } from './secrets-tab.tsx';
import { SecurityTab } from './security-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { detailWords } from './words.ts';

const route = getRouteApi('/shell/$pool/applications/$app');
const names = ['connect', 'settings', 'security', 'secrets', 'activity'] as const;

export function DetailPage() {
  const words = useWords(detailWords);
  const all = useWords(applicationWords);
  const { pool, app } = route.useParams();
  const { tab: wanted } = route.useSearch();
  const tab = names.find((name) => name === wanted) ?? 'connect';
  const application = useQuery(reading<ApplicationDto>(pool, 'get-application', { appId: app }));
  const above = (
    <Link to="/$pool/applications" params={{ pool }} className="small">
      {words.all}
    </Link>
  );
  if (application.error instanceof Failure && application.error.statusCode === 404) {
    return (
      <Page title={words.gone} above={above}>
        <Empty icon="applications" title={app} />
      </Page>
    );
  }
  return (
    <Page
      title={application.data?.appName ?? '…'}
      above={above}
      width="narrow"
      actions={(tab === 'settings' || tab === 'security') && <ShowYaml appId={app} />}
      lead={
        application.data && (
          <span className="row">
            {application.data.enabled ? <Tag tone="good">{all.on}</Tag> : <Tag>{all.off}</Tag>}
            {application.data.approvesScans && <Tag tone="accent">{all.scans}</Tag>}
            {application.data.domain}
          </span>
        )
      }
    >
      <Tabs
        label={words.settings}
        current={tab}
        usual="connect"
        tabs={names.map((name) => ({ name, title: words[name] }))}
      />
      <Loaded query={application} rows={8}>
        {(shown) => (
          <>
            {tab === 'connect' && (
              <>
                <Ids application={shown} />
                <ConnectStep application={shown} />
              </>
            )}
            {tab === 'settings' && <SettingsTab application={shown} />}
            {tab === 'security' && <SecurityTab application={shown} />}
            {tab === 'secrets' && <SecretsTab appId={shown.appId} hasSecret={clientAuthOf(shown) !== 'none'} />}
            {tab === 'activity' && <ActivityTab appId={shown.appId} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}
