import { Button, NativeSelect } from '@mantine/core';
import type { ApplicationPageDto, LiveCodeDto, LiveCodesDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { asking, reading, useForget, usePool, writing } from '../../api/pool.ts';
import { agreed } from '../../forms/confirm.ts';
import { GatedButton } from '../../forms/gate.tsx';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { CodeTable } from './code-table.tsx';
import { liveWords } from './words.ts';

const route = getRouteApi('/shell/$pool/live');
const statuses = ['PENDING', 'SCANNED'] as const;

/** Read again every five seconds while the page is visible and nobody paused it. */
export function LivePage() {
  const words = useWords(liveWords);
  const formats = useFormats();
  const pool = usePool();
  const forget = useForget();
  const navigate = route.useNavigate();
  const { app, status: wanted } = route.useSearch();
  const status = statuses.find((one) => one === wanted);
  const [isPaused, setPaused] = useState(false);
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const codes = useQuery({
    ...asking<LiveCodesDto>(pool, 'list-live-codes', { ...(app && { appId: app }), ...(status && { status }) }),
    refetchInterval: isPaused ? false : 5000,
  });
  const nameOf = (appId: string) => applications.data?.list.find((one) => one.appId === appId)?.appName ?? appId;
  async function end(which: { codes: string[] } | { appId: string }, title: string) {
    if (!(await agreed({ title, text: words.endText, deed: words.end }))) return;
    try {
      const { ended } = await writing<{ ended: number }>(pool, 'end-qrcodes', which);
      await forget('list-live-codes');
      say(words.endedN(ended), { pool, types: 'scans' });
    } catch (error) {
      complain(error);
    }
  }
  const go = (next: { app?: string; status?: string }) =>
    navigate({ search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) });
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button
          variant="default"
          leftSection={<Icon name={isPaused ? 'play' : 'pause'} size={16} />}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? words.goOn : words.pause}
        </Button>
      }
    >
      <div className="filter-bar">
        <NativeSelect
          label={words.application}
          value={app ?? ''}
          onChange={(event) => go({ app: event.currentTarget.value, status })}
          data={[
            { value: '', label: words.all },
            ...(applications.data?.list.map(({ appId, appName }) => ({ value: appId, label: appName })) ?? []),
          ]}
        />
        <NativeSelect
          label={words.status}
          value={status ?? ''}
          onChange={(event) => go({ app, status: event.currentTarget.value })}
          data={[{ value: '', label: words.all }, ...statuses.map((value) => ({ value, label: words[value] }))]}
        />
        {app && (
          <GatedButton needs="operator" variant="default" onClick={() => end({ appId: app }, words.endAll)}>
            {words.endAll}
          </GatedButton>
        )}
      </div>
      <Loaded query={codes} rows={6}>
        {({ list, unfinished }) =>
          list.length === 0 ? (
            <Empty icon="live" title={words.emptyTitle}>
              {words.emptyText}
            </Empty>
          ) : (
            <div className="stack">
              <p className="soft">
                {words.unfinished}:{' '}
                <strong>{`${formats.number(unfinished.n)}${unfinished.isCapped ? '+' : ''}`}</strong>
              </p>
              <CodeTable
                codes={list}
                nameOf={nameOf}
                onEnd={({ code }: LiveCodeDto) => end({ codes: [code] }, words.endTitle)}
              />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
