import { PasswordInput, Switch, TextInput } from '@mantine/core';
import type { UserDto } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useForget, usePool, writing } from '../../api/pool.ts';
import { GatedButton } from '../../forms/gate.tsx';
import { SecretOnce } from '../../forms/secret-once.tsx';
import { useWords } from '../../language/language.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { Notice } from '../../parts/states.tsx';
import '../applications/detail/rotate-dialog.css';
import { useStep } from '../sign-in/use-step.ts';
import { drawPassword } from './draw-password.ts';
import { newUserWords } from './new-user-words.ts';

const fields = ['name', 'nickname', 'username', 'email', 'phone'] as const;
const ways = ['none', 'given', 'drawn'] as const;

export function NewUserPage() {
  const words = useWords(newUserWords);
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  const [values, setValues] = useState<Record<(typeof fields)[number], string>>({
    name: '',
    nickname: '',
    username: '',
    email: '',
    phone: '',
  });
  const [way, setWay] = useState<(typeof ways)[number]>('none');
  const [password, setPassword] = useState('');
  const [mustChange, setMustChange] = useState(true);
  const [made, setMade] = useState<{ userId: string; password: string } | null>(null);
  const step = useStep();
  const open = (userId: string) => navigate({ to: '/$pool/users/$user', params: { pool, user: userId } });
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      const given = Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
      );
      const chosen = way === 'drawn' ? drawPassword() : way === 'given' ? password : undefined;
      const { userId } = await writing<UserDto>(pool, 'create-user', {
        ...given,
        ...(chosen !== undefined && { password: chosen, options: { resetPasswordOnFirstLogin: mustChange } }),
      });
      await forget('search-users');
      if (way === 'drawn' && chosen !== undefined) setMade({ userId, password: chosen });
      else await open(userId);
    });
  }
  const other = step.other(...fields, 'password');
  return (
    <Page title={words.title} width="narrow" lead={words.lead}>
      <form onSubmit={submit}>
        <Section>
          <div className="stack">
            {other && (
              <div role="alert">
                <Notice tone="bad">{other}</Notice>
              </div>
            )}
            {fields.map((name) => (
              <TextInput
                key={name}
                label={words[name]}
                value={values[name]}
                autoComplete="off"
                spellCheck={false}
                type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'}
                placeholder={name === 'phone' ? '+8613800000001' : undefined}
                error={step.wrong(name)}
                onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
              />
            ))}
            <fieldset className="choices">
              <legend>{words.password}</legend>
              {ways.map((name) => (
                <label key={name}>
                  <input type="radio" name="way" checked={way === name} onChange={() => setWay(name)} />
                  {words[`password_${name}`]}
                </label>
              ))}
            </fieldset>
            {way === 'given' && (
              <PasswordInput
                label={words.password}
                autoComplete="new-password"
                required
                withAsterisk={false}
                value={password}
                error={step.wrong('password')}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            )}
            {way !== 'none' && (
              <Switch
                label={words.mustChange}
                checked={mustChange}
                onChange={(event) => setMustChange(event.currentTarget.checked)}
              />
            )}
            <div className="row">
              <LinkButton variant="default" to="/$pool/users" params={{ pool }}>
                {words.cancel}
              </LinkButton>
              <GatedButton needs="operator" type="submit" loading={step.isBusy}>
                {words.create}
              </GatedButton>
            </div>
          </div>
        </Section>
      </form>
      {made && (
        <SecretOnce
          title={words.drawnTitle}
          secret={made.password}
          label={words.password}
          onStored={() => open(made.userId)}
        >
          <p className="soft">{words.drawnText}</p>
        </SecretOnce>
      )}
    </Page>
  );
}
