import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { say } from '../../parts/toast.tsx';
import { partWords } from '../../parts/words.ts';
import { useStep } from '../sign-in/use-step.ts';
import { accountWords } from './words.ts';

export function OwnName() {
  const words = useWords(accountWords);
  const parts = useWords(partWords);
  const queries = useQueryClient();
  const me = useMe();
  const stored = me?.administrator.name ?? '';
  const [name, setName] = useState(stored);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      await own('update-me', { name: name.trim() });
      await queries.invalidateQueries({ queryKey: ['me'] });
      say(words.saved);
    });
  }
  return (
    <Section title={words.profile} lead={words.profileText}>
      <form className="stack" onSubmit={submit}>
        <TextInput
          label={words.name}
          autoComplete="name"
          value={name}
          error={step.error?.message}
          onChange={(event) => setName(event.currentTarget.value)}
          maw={380}
        />
        <p className="soft small">
          {words.signInName}: <code>{me?.administrator.signInName}</code>
        </p>
        {name.trim() !== stored && (
          <div>
            <Button type="submit" loading={step.isBusy}>
              {parts.save}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}
