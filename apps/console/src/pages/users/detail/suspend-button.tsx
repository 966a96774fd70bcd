import type { UserDto, UserSessionPageDto } from '@passbeam/protocol';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { nameOf } from '../person.tsx';
import { personWords } from './words.ts';

/** Suspends after saying how many logins end; activates at once. */
export function SuspendButton({ person }: { person: UserDto }) {
  const words = useWords(personWords);
  const pool = usePool();
  const forget = useForget();
  const name = nameOf(person);
  const isActive = person.status === 'Activated';
  async function turn() {
    try {
      if (isActive) {
        const { list } = await writing<UserSessionPageDto>(pool, 'list-user-sessions', {
          userId: person.userId,
          limit: 100,
        });
        const question = { title: words.suspendTitle(name), text: words.suspendText(list.length), deed: words.suspend };
        if (!(await agreed(question))) return;
      }
      await writing(pool, 'update-user', { userId: person.userId, status: isActive ? 'Suspended' : 'Activated' });
      await forget('get-user', 'search-users', 'list-user-sessions');
      say(isActive ? words.suspended(name) : words.activated(name), { pool, types: 'accounts' });
    } catch (error) {
      complain(error);
    }
  }
  return (
    <GatedButton
      needs="operator"
      variant={isActive ? 'light' : 'filled'}
      color={isActive ? 'red' : 'accent'}
      onClick={turn}
    >
      {isActive ? words.suspend : words.activate}
    </GatedButton>
  );
}
