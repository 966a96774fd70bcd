import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { AccessKeyDto } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { useForget, usePool, writing } from '../../api/pool.ts';
import { SecretOnce } from '../../forms/secret-once.tsx';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { partWords } from '../../parts/words.ts';
import '../applications/detail/rotate-dialog.css';
import { Dialog } from '../../forms/dialog.tsx';
import { useStep } from '../sign-in/use-step.ts';
import { keyWords } from './words.ts';

const roles = ['viewer', 'operator', 'owner'] as const;
const ends = { days30: 30, days90: 90, days365: 365, never: 0 } as const;
type End = keyof typeof ends;

/** Name, role and end; then the secret, once. The least role and an end are what it begins with. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const words = useWords(keyWords);
  const parts = useWords(partWords);
  const pool = usePool();
  const forget = useForget();
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof roles)[number]>('viewer');
  const [end, setEnd] = useState<End>('days90');
  const [made, setMade] = useState<AccessKeyDto | null>(null);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      const days = ends[end];
      const [key] = await writing<AccessKeyDto[]>(pool, 'create-access-key', {
        name: name.trim(),
        role,
        ...(days > 0 && { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }),
      });
      await forget('list-access-key');
      if (key) setMade(key);
    });
  }
  if (made) {
    return (
      <SecretOnce
        title={words.secretTitle}
        secret={`ACCESS_KEY_ID=${made.accessKeyId}\nACCESS_KEY_SECRET=${made.accessKeySecret}`}
        label={words.secretTitle}
        onStored={onClose}
      >
        <p className="soft">{words.secretText}</p>
      </SecretOnce>
    );
  }
  return (
    <Dialog onClose={onClose} title={words.create}>
      <form className="stack" onSubmit={submit}>
        <TextInput
          label={words.name}
          description={words.nameText}
          required
          withAsterisk={false}
          data-autofocus
          maxLength={100}
          value={name}
          error={step.error?.message}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset className="choices">
          <legend>{words.role}</legend>
          {roles.map((one) => (
            <label key={one}>
              <input type="radio" name="role" checked={role === one} onChange={() => setRole(one)} />
              {words[one]}
            </label>
          ))}
        </fieldset>
        <NativeSelect
          label={words.ends}
          value={end}
          onChange={(event) => setEnd(event.currentTarget.value as End)}
          data={(Object.keys(ends) as End[]).map((value) => ({ value, label: words[value] }))}
        />
        {end === 'never' && <Notice tone="warn">{words.neverWarns}</Notice>}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={step.isBusy}>
            {words.doCreate}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
