import { TextInput } from '@mantine/core';
import type { SendTestMessageDto, TestMessageDto } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { usePool, writing } from '../../../api/pool.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Notice } from '../../../parts/states.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { messageWords } from './words.ts';

/** Tries the way, and shows what the other server said. */
export function TestMessage({ channel }: { channel: SendTestMessageDto['channel'] }) {
  const words = useWords(messageWords);
  const pool = usePool();
  const [to, setTo] = useState('');
  const [sent, setSent] = useState<TestMessageDto | null>(null);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setSent(null);
    await step.run(async () => setSent(await writing<TestMessageDto>(pool, 'send-test-message', { channel, to })));
  }
  return (
    <form className="stack" style={{ marginTop: 16 }} onSubmit={submit}>
      <div className="filter-bar">
        <TextInput
          className="search"
          label={words.to}
          required
          withAsterisk={false}
          type={channel === 'email' ? 'email' : 'tel'}
          placeholder={channel === 'email' ? words.emailExample : words.smsExample}
          value={to}
          error={step.wrong('to') ?? step.other('to')}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <GatedButton needs="operator" type="submit" variant="default" loading={step.isBusy}>
          {words.send}
        </GatedButton>
      </div>
      <div role="status">
        {step.isBusy && <p className="soft small">{words.sending}</p>}
        {sent !== null && (
          <Notice tone={sent.ok ? 'good' : 'bad'}>
            <strong>{sent.ok ? words.went(sent.ms) : words.failed(sent.ms)}</strong>
            <p>
              <code>{sent.reply}</code>
            </p>
          </Notice>
        )}
      </div>
    </form>
  );
}
