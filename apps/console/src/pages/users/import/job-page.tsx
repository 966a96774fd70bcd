import type { UserImportDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { asking, useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { LinkButton } from '../../../parts/link-button.tsx';
import { Page } from '../../../parts/page.tsx';
import { Failed, Loaded, Notice } from '../../../parts/states.tsx';
import { complain } from '../../../parts/toast.tsx';
import { DryRunDone } from './dry-run-done.tsx';
import { FileButton } from './file-drop.tsx';
import { Progress } from './progress.tsx';
import { ImportState } from './recent-imports.tsx';
import { Report } from './report.tsx';
import { goOnWith, useUpload } from './uploads.ts';
import { importWords } from './words.ts';
import './import.css';

const route = getRouteApi('/shell/$pool/users/import/$import');

/** An import: how far it is, what can be done with it, and what was refused. It goes on without this page. */
export function ImportJobPage() {
  const words = useWords(importWords);
  const pool = usePool();
  const { import: importId } = route.useParams();
  const found = useQuery({
    ...asking<UserImportDto>(pool, 'get-user-import', { importId }),
    refetchInterval: ({ state: { data } }) => (data?.endedAt == null ? 1_000 : false),
  });
  return (
    <Page
      title={found.data?.dryRun === false ? words.importTitle : words.checkTitle}
      above={found.data && <ImportState state={found.data.state} />}
      actions={
        <LinkButton variant="default" to="/$pool/users/import" params={{ pool }}>
          {words.toImports}
        </LinkButton>
      }
    >
      <Loaded query={found} rows={6}>
        {(job) => (
          <>
            <Upload job={job} />
            {job.failure && <Notice tone="bad">{job.failure}</Notice>}
            {job.dryRun && job.state === 'finished' && <DryRunDone job={job} />}
            <Progress job={job} actions={<Actions job={job} />} />
            <Report job={job} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What is to be said while the file is not complete. */
function Upload({ job }: { job: UserImportDto }) {
  const words = useWords(importWords);
  const pool = usePool();
  const upload = useUpload(job.importId);
  if (job.state !== 'uploading') return null;
  if (upload?.error) return <Failed error={upload.error} />;
  if (upload !== null) return <Notice tone="info">{words.stay}</Notice>;
  return (
    <Notice tone="warn">
      <strong>{words.halfUploaded}</strong>
      <p>{words.halfUploadedText}</p>
      <FileButton isQuiet onFile={(file) => goOnWith(pool, job.importId, file, job.parts)}>
        {words.choose}
      </FileButton>
    </Notice>
  );
}

function Actions({ job: { importId, state } }: { job: UserImportDto }) {
  const words = useWords(importWords);
  const pool = usePool();
  const forget = useForget();
  async function move(name: 'pause-user-import' | 'continue-user-import' | 'stop-user-import') {
    if (name === 'stop-user-import') {
      const question = { title: words.stopTitle, text: words.stopText, deed: words.stop };
      if (!(await agreed(question))) return;
    }
    try {
      await writing(pool, name, { importId });
    } catch (error) {
      complain(error);
    }
    await forget('get-user-import', 'list-user-imports');
  }
  return (
    <div className="row">
      {state === 'running' && (
        <GatedButton
          needs="operator"
          variant="default"
          leftSection={<Icon name="pause" size={16} />}
          onClick={() => move('pause-user-import')}
        >
          {words.pause}
        </GatedButton>
      )}
      {state === 'paused' && (
        <GatedButton
          needs="operator"
          leftSection={<Icon name="play" size={16} />}
          onClick={() => move('continue-user-import')}
        >
          {words.goOn}
        </GatedButton>
      )}
      {(state === 'running' || state === 'paused' || state === 'uploading') && (
        <GatedButton needs="operator" variant="light" color="red" onClick={() => move('stop-user-import')}>
          {words.stop}
        </GatedButton>
      )}
    </div>
  );
}
