import { NativeSelect, SegmentedControl } from '@mantine/core';
import type { ApplicationPageDto, ScanStatisticsDto } from '@passbeam/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { asking, reading, usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { Loaded } from '../../parts/states.tsx';
import { Alarms } from './alarms.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Funnel } from './funnel.tsx';
import { Now } from './now.tsx';
import './overview.css';
import { isPeriod, type Period, periods, windowOf } from './periods.ts';
import { Warnings } from './warnings.tsx';
import { overviewWords } from './words.ts';

const route = getRouteApi('/shell/$pool/overview');

export function OverviewPage() {
  const words = useWords(overviewWords);
  const pool = usePool();
  const navigate = route.useNavigate();
  const { range, app } = route.useSearch();
  const period: Period = isPeriod(range) ? range : 'day';
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const statistics = useQuery({
    ...asking<ScanStatisticsDto>(pool, 'get-scan-statistics', {
      ...windowOf(period, Date.now()),
      ...(app && { appId: app }),
    }),
    queryKey: [pool, 'get-scan-statistics', period, app ?? ''],
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  const list = applications.data?.list ?? [];
  const isEmpty = applications.data !== undefined && list.length === 0;
  const hasScan = (statistics.data?.totals.confirmed ?? 0) > 0;
  const go = (next: { range?: string; app?: string }) =>
    navigate({ search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) });
  return (
    <Page
      title={words.title}
      width="wide"
      actions={
        !isEmpty && (
          <>
            <NativeSelect
              aria-label={words.application}
              value={app ?? ''}
              onChange={(event) => go({ range, app: event.currentTarget.value })}
              data={[
                { value: '', label: words.all },
                ...list.map(({ appId, appName }) => ({ value: appId, label: appName })),
              ]}
            />
            <SegmentedControl
              aria-label={words.range}
              value={period}
              onChange={(value) => go({ range: value === 'day' ? undefined : value, app })}
              data={(Object.keys(periods) as Period[]).map((value) => ({ value, label: words[value] }))}
            />
          </>
        )
      }
    >
      {applications.data && <FirstSteps applications={list} hasScan={hasScan} />}
      {!isEmpty && (
        <>
          <Loaded query={statistics} rows={10}>
            {(shown) => <Funnel statistics={shown} />}
          </Loaded>
          <div className="overview-columns">
            <Alarms alarms={statistics.data?.alarms} range={period} />
            <div className="stack">
              <Now />
              <Warnings />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
