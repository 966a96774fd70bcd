import type { UserDto } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { SecretOnce } from '../../../forms/secret-once.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { drawPassword } from '../draw-password.ts';
import { nameOf } from '../person.tsx';
import { personWords } from './words.ts';

export function DangerTab({ person }: { person: UserDto }) {
  const words = useWords(personWords);
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  const [password, setPassword] = useState<string | null>(null);
  const name = nameOf(person);
  const { userId } = person;
  async function renewPassword() {
    if (!(await agreed({ title: words.setPassword, text: words.newPasswordText, deed: words.setPassword }))) return;
    const drawn = drawPassword();
    try {
      await writing(pool, 'update-user', { userId, password: drawn, options: { resetPasswordOnNextLogin: true } });
      await forget('get-user', 'list-user-sessions');
      setPassword(drawn);
    } catch (error) {
      complain(error);
    }
  }
  async function remove() {
    if (!(await agreed({ title: words.removeTitle(name), text: words.removeText, deed: words.remove, typed: name })))
      return;
    try {
      await writing(pool, 'delete-users-batch', { userIds: [userId] });
      await navigate({ to: '/$pool/users', params: { pool } });
      await forget('search-users');
      say(words.removed(name), { pool, types: 'accounts' });
    } catch (error) {
      complain(error);
    }
  }
  return (
    <>
      <Section
        title={words.newPassword}
        lead={words.newPasswordText}
        actions={
          <GatedButton needs="operator" variant="default" onClick={renewPassword}>
            {words.setPassword}
          </GatedButton>
        }
      >
        {null}
      </Section>
      <Section
        title={words.remove}
        lead={words.removeText}
        actions={
          <GatedButton needs="owner" color="red" variant="light" onClick={remove}>
            {words.remove}
          </GatedButton>
        }
      >
        {null}
      </Section>
      {password && (
        <SecretOnce
          title={words.theirPassword}
          secret={password}
          label={words.theirPassword}
          onStored={() => setPassword(null)}
        />
      )}
    </>
  );
}
