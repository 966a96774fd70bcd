import { Button, TextInput } from '@mantine/core';
import type { AdministratorLinkDto, GrantDto } from '@passbeam/protocol';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { Dialog } from '../../forms/dialog.tsx';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { partWords } from '../../parts/words.ts';
import { useStep } from '../sign-in/use-step.ts';
import { GrantFields } from './grant-fields.tsx';
import { administratorWords } from './words.ts';

const fields = ['name', 'signInName', 'email'] as const;

/** Makes an administrator who has no password yet, and a link to choose one. */
export function InviteDialog({
  onClose,
  onInvited,
}: {
  onClose: () => void;
  onInvited: (link: AdministratorLinkDto) => void;
}) {
  const words = useWords(administratorWords);
  const parts = useWords(partWords);
  const [values, setValues] = useState({ name: '', signInName: '', email: '' });
  const [grants, setGrants] = useState<GrantDto[]>([{ userPoolId: '*', role: 'viewer' }]);
  const step = useStep();
  const other = step.other(...fields);
  const text = { name: undefined, signInName: words.signInText, email: words.emailText };
  return (
    <Dialog onClose={onClose} title={words.invite}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          step.run(async () => {
            const { email, ...named } = values;
            const signInName = named.signInName.trim().toLowerCase();
            const body = {
              name: named.name.trim(),
              signInName,
              grants,
              ...(email.trim() !== '' && { email: email.trim() }),
            };
            onInvited(await call<AdministratorLinkDto>('/api/v3/invite-administrator', { body }));
          });
        }}
      >
        {other && (
          <div role="alert">
            <Notice tone="bad">{other}</Notice>
          </div>
        )}
        {fields.map((name) => (
          <TextInput
            key={name}
            label={words[name]}
            description={text[name]}
            required={name !== 'email'}
            withAsterisk={false}
            type={name === 'email' ? 'email' : 'text'}
            autoComplete="off"
            spellCheck={false}
            data-autofocus={name === 'name' || undefined}
            value={values[name]}
            error={step.wrong(name)}
            onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
          />
        ))}
        <GrantFields grants={grants} onChange={setGrants} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={step.isBusy} disabled={grants.length === 0}>
            {words.invite}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
