import { Button, TextInput } from '@mantine/core';
import type { CreatedUserPoolDto } from '@passbeam/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { meQuery } from '../api/me.ts';
import { writing } from '../api/pool.ts';
import { Dialog } from '../forms/dialog.tsx';
import { drawKey } from '../forms/draw-key.ts';
import { SecretOnce } from '../forms/secret-once.tsx';
import { useWords } from '../language/language.tsx';
import { useStep } from '../pages/sign-in/use-step.ts';
import { partWords } from '../parts/words.ts';
import { newPoolWords } from './new-pool-words.ts';

/** A name; then the id and the secret of the pool, once. Asked again after a lost reply, the same pool is shown. */
export function NewPool({ pool, onClose }: { pool: string; onClose: () => void }) {
  const words = useWords(newPoolWords);
  const parts = useWords(partWords);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [userPoolName, setName] = useState('');
  const [made, setMade] = useState<CreatedUserPoolDto | null>(null);
  // Another name is another pool, and so has a key of its own.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a key for each name
  const idempotencyKey = useMemo(drawKey, [userPoolName]);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      setMade(
        await writing<CreatedUserPoolDto>(pool, 'create-userpool', {
          userPoolName: userPoolName.trim(),
          idempotencyKey,
        }),
      );
    });
  }
  async function goThere({ userPoolId }: CreatedUserPoolDto) {
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    onClose();
    await navigate({ to: '/$pool/overview', params: { pool: userPoolId } });
  }
  if (made !== null) {
    return (
      <SecretOnce
        title={words.made(made.userPoolName)}
        secret={`USER_POOL_ID=${made.userPoolId}\nUSER_POOL_SECRET=${made.secret}`}
        label={words.secret}
        onStored={() => goThere(made)}
      >
        <p className="soft">{words.secretText}</p>
      </SecretOnce>
    );
  }
  return (
    <Dialog onClose={onClose} title={words.title}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{words.lead}</p>
        <TextInput
          label={words.name}
          required
          withAsterisk={false}
          data-autofocus
          maxLength={256}
          value={userPoolName}
          error={step.error?.message}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={step.isBusy}>
            {words.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
