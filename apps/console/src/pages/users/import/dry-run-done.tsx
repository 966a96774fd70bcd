import type { UserImportDto } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useForget, usePool } from '../../../api/pool.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { LinkButton } from '../../../parts/link-button.tsx';
import { Notice } from '../../../parts/states.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { beginImport, chosenFor } from './uploads.ts';
import { importWords } from './words.ts';

/** After a check: the same file, for real, where this tab still has it. */
export function DryRunDone({ job }: { job: UserImportDto }) {
  const words = useWords(importWords);
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  const step = useStep();
  const chosen = chosenFor(job.importId);
  const begin = (from: NonNullable<typeof chosen>) =>
    step.run(async () => {
      const importId = await beginImport(pool, { file: from.file, asked: { ...from.asked, dryRun: false } });
      await forget('list-user-imports');
      await navigate({ to: '/$pool/users/import/$import', params: { pool, import: importId } });
    });
  return (
    <Notice tone={job.refused === 0 ? 'good' : 'info'}>
      <div className="stack">
        <div>
          <strong>{words.dryDone}</strong>
          {job.mode === 'new' && <p>{words.dryDoneText(job.created, job.refused)}</p>}
        </div>
        {step.other() && <p role="alert">{step.other()}</p>}
        <div className="row">
          {chosen !== null ? (
            <GatedButton needs="operator" loading={step.isBusy} onClick={() => begin(chosen)}>
              {words.importForReal}
            </GatedButton>
          ) : (
            <LinkButton variant="default" to="/$pool/users/import" params={{ pool }}>
              {words.chooseAgain}
            </LinkButton>
          )}
        </div>
      </div>
    </Notice>
  );
}
