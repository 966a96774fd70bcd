import { Button } from '@mantine/core';
import type { UserDto, UserSessionDto, UserSessionPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { asking, useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Empty, Loaded } from '../../../parts/states.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { nameOf } from '../person.tsx';
import { LoginTable } from './login-table.tsx';
import { personWords } from './words.ts';

/** Where somebody is signed in, and was. */
export function LoginsTab({ person }: { person: UserDto }) {
  const words = useWords(personWords);
  const pool = usePool();
  const forget = useForget();
  const { userId } = person;
  const standing = useQuery(asking<UserSessionPageDto>(pool, 'list-user-sessions', { userId, limit: 100 }));
  const ended = useQuery(asking<UserSessionPageDto>(pool, 'list-user-sessions', { userId, state: 'ended', limit: 20 }));
  async function end(which: { all: true } | { sessionIds: string[] }) {
    try {
      const result = await writing<{ ended: number }>(pool, 'end-user-sessions', { userId, ...which });
      await forget('list-user-sessions');
      say(words.endedN(result.ended), { pool, types: 'logins' });
    } catch (error) {
      complain(error);
    }
  }
  const endOne = ({ sessionId }: UserSessionDto) => (
    <Button variant="default" size="xs" onClick={() => end({ sessionIds: [sessionId] })}>
      {words.end}
    </Button>
  );
  return (
    <>
      <Section
        isQuiet
        title={words.standing}
        actions={
          (standing.data?.list.length ?? 0) > 1 && (
            <GatedButton
              needs="operator"
              variant="default"
              size="xs"
              onClick={async () => {
                if (await agreed({ title: words.endAllTitle(nameOf(person)), deed: words.endAll })) end({ all: true });
              }}
            >
              {words.endAll}
            </GatedButton>
          )
        }
      >
        <Loaded query={standing} rows={4}>
          {({ list }) =>
            list.length === 0 ? (
              <Empty icon="logins" title={words.noLogins}>
                {words.noLoginsText}
              </Empty>
            ) : (
              <LoginTable caption={words.standing} logins={list} deed={endOne} />
            )
          }
        </Loaded>
      </Section>
      {(ended.data?.list.length ?? 0) > 0 && (
        <Section isQuiet title={words.ended}>
          <LoginTable caption={words.ended} logins={ended.data?.list ?? []} />
        </Section>
      )}
    </>
  );
}
