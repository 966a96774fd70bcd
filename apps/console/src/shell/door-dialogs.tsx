import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { ConsoleStepView } from '@passbeam/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { own } from '../api/call.ts';
import { leaveDoor, useDoor } from '../api/doors.ts';
import { meQuery, useMe } from '../api/me.ts';
import { Dialog } from '../forms/dialog.tsx';
import { useWords } from '../language/language.tsx';
import { ScanStep } from '../pages/sign-in/scan-step.tsx';
import { SignInFlow } from '../pages/sign-in/sign-in-flow.tsx';
import { useStep } from '../pages/sign-in/use-step.ts';
import { Notice } from '../parts/states.tsx';
import { partWords } from '../parts/words.ts';
import { shellWords } from './words.ts';

/** The dialogs over a page whose call met a door. */
export function DoorDialogs() {
  const door = useDoor();
  if (door === 'signIn') return <SignedOut />;
  if (door === 'proof') return <FreshProof />;
  return null;
}

/** The page below stays as it is, its form too, unless another administrator signs in. */
function SignedOut() {
  const words = useWords(shellWords);
  const queries = useQueryClient();
  const before = useMe()?.administrator;
  async function goOn() {
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    if (before !== undefined && me.administrator.administratorId !== before.administratorId) location.reload();
    leaveDoor('signIn', true);
  }
  return (
    <Dialog title={words.signedOut}>
      <p className="soft">{words.signedOutText}</p>
      <div style={{ marginTop: 14 }}>
        <SignInFlow name={before?.signInName} onDone={goOn} />
      </div>
    </Dialog>
  );
}

/** Password and second factor once more. */
function FreshProof() {
  const words = useWords(shellWords);
  const parts = useWords(partWords);
  const me = useMe();
  const hasTotp = me?.secondFactor.totp ?? true;
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [isScanning, setScanning] = useState(false);
  const step = useStep();
  const wrong = step.other();
  const end = (isDone: boolean) => leaveDoor('proof', isDone);
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      const digits = totp.replace(/\s/g, '');
      const view = await own<ConsoleStepView>('fresh-proof', { password, ...(digits !== '' && { totp: digits }) });
      if (view.step === 'done') end(true);
      else setScanning(true);
    });
  }
  return (
    <Dialog onClose={() => end(false)} title={words.proofTitle}>
      <p className="soft">{words.proofText}</p>
      {isScanning ? (
        <ScanStep onDone={() => end(true)} />
      ) : (
        <form className="stack" onSubmit={submit} style={{ marginTop: 14 }}>
          {wrong && (
            <div role="alert">
              <Notice tone="bad">{wrong}</Notice>
            </div>
          )}
          <input
            type="hidden"
            name="username"
            autoComplete="username"
            value={me?.administrator.signInName ?? ''}
            readOnly
          />
          <PasswordInput
            label={words.password}
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {hasTotp && (
            <TextInput
              label={words.totp}
              description={words.totpText}
              autoComplete="one-time-code"
              inputMode="numeric"
              value={totp}
              onChange={(event) => setTotp(event.currentTarget.value)}
            />
          )}
          <div className="dialog-actions">
            <Button variant="default" onClick={() => end(false)}>
              {parts.cancel}
            </Button>
            <Button type="submit" loading={step.isBusy}>
              {words.proofDo}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
