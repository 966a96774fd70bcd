import { Button } from '@mantine/core';
import type { UserImportDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { asking, useForget, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Page, Section } from '../../../parts/page.tsx';
import { Loaded, Notice } from '../../../parts/states.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { complain } from '../../../parts/toast.tsx';
import '../../overview/overview.css';
import './import.css';
import { ImportReport } from './import-report.tsx';
import { importWords, stateNames } from './words.ts';

const route = getRouteApi('/shell/$pool/users/import/$import');

/** One import while it goes on and after: the address can be left and opened again. */
export function ImportPage() {
  const words = useWords(importWords);
  const formats = useFormats();
  const forget = useForget();
  const { pool, import: importId } = route.useParams();
  const shown = useQuery({
    ...asking<UserImportDto>(pool, 'get-user-import', { importId }),
    refetchInterval: ({ state }) =>
      state.data && ['finished', 'stopped', 'failed'].includes(state.data.state) ? false : 1000,
  });
  async function stop() {
    if (!(await agreed({ title: words.stopTitle, text: words.stopText, deed: words.stop }))) return;
    try {
      await writing(pool, 'stop-user-import', { importId });
      await forget('get-user-import');
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Page
      title={shown.data?.dryRun ? words.dryTitle : words.oneTitle}
      width="narrow"
      above={
        <Link to="/$pool/users/import" params={{ pool }} className="small">
          {words.title}
        </Link>
      }
      lead={
        shown.data && (
          <Tag tone={shown.data.state === 'finished' ? 'good' : shown.data.state === 'failed' ? 'bad' : 'accent'}>
            {words[stateNames[shown.data.state]]}
          </Tag>
        )
      }
      actions={
        shown.data?.state === 'running' && (
          <Button variant="default" onClick={stop}>
            {words.stop}
          </Button>
        )
      }
    >
      <Loaded query={shown} rows={6}>
        {(one) => (
          <>
            <Section>
              <div className="stack">
                {one.failure && <Notice tone="bad">{one.failure}</Notice>}
                <div
                  className="progress"
                  role="progressbar"
                  aria-label={words.oneTitle}
                  aria-valuenow={Math.round(one.progress * 100)}
                  aria-valuemin={0}
                  aria-valuemax={100}
                >
                  <div style={{ width: `${one.progress * 100}%` }} />
                </div>
                <dl className="counts">
                  {(['created', 'changed', 'unchanged', 'refused'] as const).map((name) => (
                    <div key={name}>
                      <dt>{words[name]}</dt>
                      <dd>
                        <strong>{formats.number(one[name])}</strong>
                      </dd>
                    </div>
                  ))}
                </dl>
                {one.state === 'running' && <p className="soft small">{words.survives}</p>}
              </div>
            </Section>
            <ImportReport importId={importId} refused={one.refused} isOver={one.endedAt !== null} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
