import { Button } from '@mantine/core';
import type { AdministratorDto, GrantDto } from '@passbeam/protocol';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { Dialog } from '../../forms/dialog.tsx';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { say } from '../../parts/toast.tsx';
import { partWords } from '../../parts/words.ts';
import { useStep } from '../sign-in/use-step.ts';
import { GrantFields } from './grant-fields.tsx';
import { administratorWords } from './words.ts';

export function GrantsDialog({
  administrator,
  onClose,
  onSaved,
}: {
  administrator: AdministratorDto;
  onClose: () => void;
  onSaved: () => void;
}) {
  const words = useWords(administratorWords);
  const parts = useWords(partWords);
  const { administratorId, version, state } = administrator;
  const [grants, setGrants] = useState<GrantDto[]>(administrator.grants);
  const step = useStep();
  return (
    <Dialog onClose={onClose} title={`${words.changeRole}: ${administrator.name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          step.run(async () => {
            await call('/api/v3/update-administrator', { body: { administratorId, grants, ifVersion: version } });
            say(words.done);
            onSaved();
          });
        }}
      >
        {step.error && (
          <div role="alert">
            <Notice tone="bad">{step.error.message}</Notice>
          </div>
        )}
        {state === 'invited' && <Notice tone="info">{words.linkEnds}</Notice>}
        <GrantFields grants={grants} onChange={setGrants} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={step.isBusy} disabled={grants.length === 0}>
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
