import { Button, TextInput } from '@mantine/core';
import type { ConsoleRecoveryCodesView, ConsoleTotpView } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { DrawnCode } from '../../parts/drawn-code.tsx';
import { Failed, Notice, Waiting } from '../../parts/states.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useStep } from './use-step.ts';
import { signInWords } from './words.ts';

/** An authenticator for who has none, and the recovery codes that come with it. */
export function EnrolStep({ onDone }: { onDone: () => void }) {
  const words = useWords(signInWords);
  const [totp, setTotp] = useState('');
  const [codes, setCodes] = useState<string[] | null>(null);
  const step = useStep();
  const begun = useQuery({
    queryKey: ['begin-totp'],
    queryFn: () => own<ConsoleTotpView>('begin-totp'),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (codes !== null) return <RecoveryCodes codes={codes} onStored={onDone} />;
  if (begun.error !== null) return <Failed error={begun.error} retry={() => begun.refetch()} />;
  if (begun.data === undefined) return <Waiting rows={5} />;
  const wrong = step.other();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      const { recoveryCodes } = await own<ConsoleRecoveryCodesView>('confirm-totp', { totp: totp.replace(/\s/g, '') });
      setCodes(recoveryCodes);
    });
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p className="soft">{words.enrolText}</p>
      <DrawnCode text={begun.data.uri} label={words.enrol} />
      <div className="small">
        <span className="soft">{words.enrolByHand}</span>
        <br />
        <CopyText text={begun.data.secret} />
      </div>
      {wrong && (
        <div role="alert">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      )}
      <TextInput
        size="md"
        label={words.totp}
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        withAsterisk={false}
        value={totp}
        onChange={(event) => setTotp(event.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={step.isBusy}>
        {words.confirm}
      </Button>
    </form>
  );
}
