import { Button, TextInput } from '@mantine/core';
import type { ConsoleStepView } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { ScanStep } from './scan-step.tsx';
import { useStep } from './use-step.ts';
import { signInWords } from './words.ts';

type Way = ConsoleStepView['ways'][number];

/** The second proof: a code of the authenticator, a recovery code, or a scan with the linked app. */
export function SecondStep({ ways, onDone }: { ways: Way[]; onDone: () => void }) {
  const words = useWords(signInWords);
  const [way, setWay] = useState<Way>(ways.includes('totp') ? 'totp' : (ways[0] ?? 'totp'));
  const [code, setCode] = useState('');
  const step = useStep();
  const others = ways.filter((other) => other !== way);
  const name = { totp: words.useTotp, recoveryCode: words.useRecovery, scan: words.useScan };
  const wrong = step.other();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      await own('second-factor', way === 'totp' ? { totp: code.replace(/\s/g, '') } : { recoveryCode: code.trim() });
      onDone();
    });
  }
  return (
    <div className="stack">
      {way === 'scan' ? (
        <ScanStep onDone={onDone} />
      ) : (
        <form className="stack" onSubmit={submit} style={{ marginTop: 0 }}>
          {way === 'totp' && <p className="soft">{words.secondFactorText}</p>}
          {wrong && (
            <div role="alert">
              <Notice tone="bad">{wrong}</Notice>
            </div>
          )}
          <TextInput
            key={way}
            size="md"
            label={way === 'totp' ? words.totp : words.recovery}
            autoComplete={way === 'totp' ? 'one-time-code' : 'off'}
            inputMode={way === 'totp' ? 'numeric' : 'text'}
            autoFocus
            required
            withAsterisk={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" size="md" loading={step.isBusy}>
            {words.next}
          </Button>
        </form>
      )}
      {others.length > 0 && (
        <div className="row">
          {others.map((other) => (
            <button
              key={other}
              type="button"
              className="text-button"
              onClick={() => {
                setWay(other);
                setCode('');
              }}
            >
              {name[other]}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
