import { Button } from '@mantine/core';
import type { UserDto } from '@passbeam/protocol';
import { useState } from 'react';
import { useMay } from '../../api/me.ts';
import { useForget, usePool, writing } from '../../api/pool.ts';
import { agreed } from '../../forms/confirm.ts';
import { useWords } from '../../language/language.tsx';
import '../../forms/save-bar.css';
import { complain, say } from '../../parts/toast.tsx';
import { nameOf } from './person.tsx';
import { userWords } from './words.ts';

/** What can be done to several people at once; who was left out is said by name. */
export function BulkBar({ chosen, onDone }: { chosen: readonly UserDto[]; onDone: () => void }) {
  const words = useWords(userWords);
  const pool = usePool();
  const forget = useForget();
  const isOwner = useMay('owner');
  const [isBusy, setBusy] = useState(false);

  async function each(deed: (person: UserDto) => Promise<unknown>): Promise<void> {
    setBusy(true);
    const failed: { name: string; why: string }[] = [];
    for (const person of chosen) {
      await deed(person).catch((error: unknown) =>
        failed.push({ name: nameOf(person), why: String((error as Error).message) }),
      );
    }
    await forget('search-users');
    setBusy(false);
    if (failed.length < chosen.length) say(words.doneN(chosen.length - failed.length), { pool, types: 'accounts' });
    const [first] = failed;
    if (first)
      complain(new Error(words.failedN(failed.length, `${failed.map(({ name }) => name).join(', ')} (${first.why})`)));
    onDone();
  }
  const setStatus = (status: 'Activated' | 'Suspended') =>
    each(({ userId }) => writing(pool, 'update-user', { userId, status }));
  const n = chosen.length;

  return (
    <section className="save-bar" aria-label={words.chosen(n)}>
      <span className="grow">{words.chosen(n)}</span>
      <Button
        variant="default"
        disabled={isBusy}
        onClick={async () => {
          if (await agreed({ title: words.suspendN(n), text: words.suspendText, deed: words.suspendN(n) }))
            setStatus('Suspended');
        }}
      >
        {words.suspend}
      </Button>
      <Button variant="default" disabled={isBusy} onClick={() => setStatus('Activated')}>
        {words.activate}
      </Button>
      <Button
        variant="default"
        disabled={isBusy}
        onClick={async () => {
          if (await agreed({ title: words.endLoginsN(n), text: words.endText, deed: words.endLoginsN(n) })) {
            each(({ userId }) => writing(pool, 'kick-users', { userId }));
          }
        }}
      >
        {words.endLogins}
      </Button>
      {isOwner && (
        <Button
          color="red"
          variant="light"
          disabled={isBusy}
          onClick={async () => {
            const deed = words.removeN(n);
            if (await agreed({ title: deed, text: words.removeText, deed, typed: String(n) })) {
              each(({ userId }) => writing(pool, 'delete-users-batch', { userIds: [userId] }));
            }
          }}
        >
          {words.remove}
        </Button>
      )}
    </section>
  );
}
