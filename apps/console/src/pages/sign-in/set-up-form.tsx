import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { ConsoleLinkView, ConsoleStepView } from '@passbeam/protocol';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Notice } from '../../parts/states.tsx';
import { useStep } from './use-step.ts';
import { signInWords } from './words.ts';

export function SetUpForm({
  link,
  token,
  onStep,
}: {
  link: ConsoleLinkView;
  token: string;
  onStep: (step: ConsoleStepView['step']) => void;
}) {
  const words = useWords(signInWords);
  const isFirst = link.purpose === 'setUp';
  const [name, setName] = useState(link.name ?? '');
  const [signInName, setSignInName] = useState(link.signInName ?? '');
  const [password, setPassword] = useState('');
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    const body = isFirst
      ? { token, name: name.trim(), signInName: signInName.trim().toLowerCase(), password }
      : { token, password };
    await step.run(async () => onStep((await own<ConsoleStepView>(isFirst ? 'set-up' : 'accept', body)).step));
  }
  const other = step.other('name', 'signInName', 'password');
  return (
    <form className="stack" onSubmit={submit}>
      {other && (
        <div role="alert">
          <Notice tone="bad">{other}</Notice>
        </div>
      )}
      {isFirst && (
        <TextInput
          size="md"
          label={words.yourName}
          autoComplete="name"
          required
          withAsterisk={false}
          autoFocus
          value={name}
          error={step.wrong('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <TextInput
        size="md"
        label={words.name}
        description={isFirst ? words.nameHint : undefined}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        readOnly={!isFirst}
        value={signInName}
        error={step.wrong('signInName')}
        onChange={(event) => setSignInName(event.currentTarget.value)}
      />
      <PasswordInput
        size="md"
        label={words.newPassword}
        description={words.passwordHint}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={password}
        error={step.wrong('password')}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={step.isBusy}>
        {isFirst ? words.becomeOwner : words.next}
      </Button>
    </form>
  );
}
