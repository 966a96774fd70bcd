import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { own } from '../../api/call.ts';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { say } from '../../parts/toast.tsx';
import { useStep } from '../sign-in/use-step.ts';
import { accountWords } from './words.ts';

export function OwnPassword() {
  const words = useWords(accountWords);
  const me = useMe();
  const [newPassword, setPassword] = useState('');
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      await own('change-password', { newPassword });
      // What was typed meanwhile is another password.
      setPassword((now) => (now === newPassword ? '' : now));
      say(words.passwordChanged);
    });
  }
  return (
    <Section title={words.password} lead={words.passwordText}>
      <form className="stack" onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={me?.administrator.signInName ?? ''} readOnly />
        <PasswordInput
          label={words.newPassword}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={newPassword}
          error={step.error?.message}
          onChange={(event) => setPassword(event.currentTarget.value)}
          maw={380}
        />
        <div>
          <Button type="submit" variant="default" loading={step.isBusy} disabled={newPassword === ''}>
            {words.change}
          </Button>
        </div>
      </form>
    </Section>
  );
}
