import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { ConsoleStepView } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { useStep } from './use-step.ts';
import { signInWords } from './words.ts';

/** Name and password. */
export function PasswordStep({ name = '', onStep }: { name?: string; onStep: (step: ConsoleStepView) => void }) {
  const words = useWords(signInWords);
  const [signInName, setName] = useState(name);
  const [password, setPassword] = useState('');
  const step = useStep();
  const wrong = step.other();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () =>
      onStep(await own<ConsoleStepView>('sign-in', { signInName: signInName.trim().toLowerCase(), password })),
    );
  }
  return (
    <form className="stack" onSubmit={submit}>
      {wrong && (
        <div role="alert">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      )}
      <TextInput
        size="md"
        label={words.name}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        autoFocus={name === ''}
        value={signInName}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        size="md"
        label={words.password}
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus={name !== ''}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={step.isBusy}>
        {words.signIn}
      </Button>
    </form>
  );
}
