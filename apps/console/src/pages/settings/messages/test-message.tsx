import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { TestMessageDto } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { usePool, writing } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { messageWords } from './words.ts';

type Channel = 'email' | 'sms';

/** Sends one message, and shows what the other server said. */
export function TestMessage({ channels }: { channels: Channel[] }) {
  const words = useWords(messageWords);
  const pool = usePool();
  const [channel, setChannel] = useState<Channel>(channels[0] ?? 'email');
  const [to, setTo] = useState('');
  const [result, setResult] = useState<TestMessageDto | null>(null);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setResult(null);
    await step.run(async () =>
      setResult(await writing<TestMessageDto>(pool, 'send-test-message', { channel, to: to.trim() })),
    );
  }
  return (
    <Section title={words.test} lead={words.testText}>
      <form className="stack" onSubmit={submit}>
        <div className="filter-bar">
          <NativeSelect
            label={words.channel}
            value={channel}
            onChange={(event) => setChannel(event.currentTarget.value as Channel)}
            data={channels.map((value) => ({ value, label: words[value] }))}
          />
          <TextInput
            className="search"
            label={words.to}
            required
            withAsterisk={false}
            type={channel === 'email' ? 'email' : 'tel'}
            value={to}
            error={step.error?.message}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button type="submit" loading={step.isBusy}>
            {words.send}
          </Button>
        </div>
        <div role="status">
          {result && (
            <Notice tone={result.ok ? 'good' : 'bad'}>
              <strong>{result.ok ? words.sent(String(result.ms)) : words.notSent}</strong>
              <p className="mono">{result.reply}</p>
            </Notice>
          )}
        </div>
      </form>
    </Section>
  );
}
