import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ApplicationDto, EndSessionsResultDto } from '@passbeam/protocol';
import { useState } from 'react';
import { useForget, usePool, writing } from '../../api/pool.ts';
import { agreed } from '../../forms/confirm.ts';
import { Dialog } from '../../forms/dialog.tsx';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { say } from '../../parts/toast.tsx';
import { partWords } from '../../parts/words.ts';
import { useStep } from '../sign-in/use-step.ts';
import { loginsWords } from './words.ts';

const instantOf = (text: string) => (text === '' ? undefined : new Date(text).getTime());

/** Ends logins by application, person and time: counts first, then asks for the number. */
export function Remedy({ applications, onClose }: { applications: ApplicationDto[]; onClose: () => void }) {
  const words = useWords(loginsWords);
  const parts = useWords(partWords);
  const pool = usePool();
  const forget = useForget();
  const [wanted, setWanted] = useState({ appId: '', userId: '', from: '', to: '', isScan: false });
  const [counted, setCounted] = useState<EndSessionsResultDto | null>(null);
  const step = useStep();
  const change = (part: Partial<typeof wanted>) => {
    setWanted({ ...wanted, ...part });
    setCounted(null);
  };
  const body = (dryRun: boolean) => ({
    ...(wanted.appId !== '' && { appId: wanted.appId }),
    ...(wanted.userId.trim() !== '' && { userId: wanted.userId.trim() }),
    ...(wanted.from !== '' && { from: instantOf(wanted.from) }),
    ...(wanted.to !== '' && { to: instantOf(wanted.to) }),
    ...(wanted.isScan && { amr: 'qr' }),
    dryRun,
  });
  const count = () =>
    step.run(async () => setCounted(await writing<EndSessionsResultDto>(pool, 'end-sessions', body(true))));
  async function end() {
    if (counted === null) return;
    const { n } = counted;
    if (!(await agreed({ title: words.endTitle(n), text: words.endText, deed: words.end(n), typed: String(n) })))
      return;
    await step.run(async () => {
      const ended = await writing<EndSessionsResultDto>(pool, 'end-sessions', body(false));
      await forget('list-audit-events');
      say(words.ended(ended.n), { pool, types: 'logins' });
      if (ended.isCapped) setCounted(ended);
      else onClose();
    });
  }
  return (
    <Dialog onClose={onClose} title={words.remedyTitle}>
      <div className="stack">
        <p className="soft">{words.remedyText}</p>
        <NativeSelect
          label={words.application}
          value={wanted.appId}
          onChange={(event) => change({ appId: event.currentTarget.value })}
          data={[
            { value: '', label: words.all },
            ...applications.map(({ appId, appName }) => ({ value: appId, label: appName })),
          ]}
        />
        <TextInput
          label={words.person}
          value={wanted.userId}
          spellCheck={false}
          onChange={(event) => change({ userId: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={words.from}
          value={wanted.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={words.to}
          value={wanted.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
        <Checkbox
          label={words.scansOnly}
          checked={wanted.isScan}
          onChange={(event) => change({ isScan: event.currentTarget.checked })}
        />
        <div role="status">
          {counted && (
            <Notice tone={counted.n === 0 ? 'info' : 'warn'}>
              {counted.n === 0 ? words.none : words.found(counted.n, counted.isCapped ? '+' : '')}{' '}
              {counted.isCapped && words.goesOn}
            </Notice>
          )}
          {step.error && <Notice tone="bad">{step.error.message}</Notice>}
        </div>
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          {counted === null || counted.n === 0 ? (
            <Button onClick={count} loading={step.isBusy}>
              {words.count}
            </Button>
          ) : (
            <Button color="red" onClick={end} loading={step.isBusy}>
              {words.end(counted.n)}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
