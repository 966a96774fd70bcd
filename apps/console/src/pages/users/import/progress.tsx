import type { UserImportDto } from '@passbeam/protocol';
import { type ReactNode, useRef } from 'react';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/page.tsx';
import { When } from '../../../parts/when.tsx';
import { useUpload } from './uploads.ts';
import { importWords } from './words.ts';

/** How far an import is, and how fast. */
export function Progress({ job, actions }: { job: UserImportDto; actions: ReactNode }) {
  const words = useWords(importWords);
  const formats = useFormats();
  const upload = useUpload(job.importId);
  const rate = useRate(job);
  const part = job.state === 'uploading' ? (upload?.sent ?? 0) : job.progress;
  const rowsLeft = job.rows - job.done;
  return (
    <Section title={words.progress} actions={actions}>
      <div className="stack">
        <div
          className={job.endedAt === null ? 'import-bar' : 'import-bar ended'}
          role="progressbar"
          aria-label={words.progress}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(part * 100)}
        >
          <span style={{ width: `${part * 100}%` }} />
        </div>
        <p className="soft" role="status">
          {job.state === 'uploading' ? words.uploaded(formats.percent(part)) : words.rowsOf(job.done, job.rows)}
          {job.state === 'running' && rate > 0 && (
            <>
              {' · '}
              {words.rate(Math.round(rate))}
              {' · '}
              {words.left(formats.roughly(Math.max(1, Math.round(rowsLeft / rate))))}
            </>
          )}
          {job.state === 'running' && <> · {words.goesOn}</>}
        </p>
        <dl className="import-counts">
          <Count title={job.dryRun ? words.wouldCreate : words.created} n={job.created} />
          {job.mode === 'newAndChanged' && (
            <>
              <Count title={job.dryRun ? words.wouldChange : words.changed} n={job.changed} />
              <Count title={words.unchanged} n={job.unchanged} />
            </>
          )}
          <Count title={words.refused} n={job.refused} className={job.refused > 0 ? 'refused' : undefined} />
        </dl>
        <Facts
          facts={[
            [words.by, job.createdBy],
            [words.mode, job.mode === 'new' ? words.onlyNew : words.changing],
            [words.passwordsKept, words[`kept_${job.passwords}`]],
            [words.began_at, <When key="began" at={job.createdAt} />],
            [words.ended, job.endedAt && <When key="ended" at={job.endedAt} />],
          ]}
        />
      </div>
    </Section>
  );
}

function Count({ title, n, className }: { title: string; n: number; className?: string }) {
  const formats = useFormats();
  return (
    <div className={className}>
      <dt>{title}</dt>
      <dd>{formats.number(n)}</dd>
    </div>
  );
}

/** Rows a second, over the last looks; 0 before there were two. */
function useRate({ importId, done, state }: UserImportDto): number {
  const seen = useRef<{ importId: string; looks: { at: number; done: number }[] }>({ importId, looks: [] });
  if (seen.current.importId !== importId || state !== 'running') seen.current = { importId, looks: [] };
  const { looks } = seen.current;
  if (looks.at(-1)?.done !== done) looks.push({ at: performance.now(), done });
  if (looks.length > 8) looks.shift();
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 500) return 0;
  return ((last.done - first.done) * 1000) / (last.at - first.at);
}
