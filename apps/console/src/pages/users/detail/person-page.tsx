import type { UserDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Failure } from '../../../api/failure.ts';
import { reading } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Page } from '../../../parts/page.tsx';
import { Empty, Loaded } from '../../../parts/states.tsx';
import { Tabs } from '../../../parts/tabs.tsx';
import { RecentEvents } from '../../audit/recent-events.tsx';
import { nameOf, StateTag } from '../person.tsx';
import { DangerTab } from './danger-tab.tsx';
import { LoginsTab } from './logins-tab.tsx';
import { ProfileTab } from './profile-tab.tsx';
import { SuspendButton } from './suspend-button.tsx';
import { personWords } from './words.ts';

const route = getRouteApi('/shell/$pool/users/$user');
const names = ['profile', 'logins', 'activity', 'danger'] as const;

export function PersonPage() {
  const words = useWords(personWords);
  const { pool, user } = route.useParams();
  const { tab: wanted } = route.useSearch();
  const tab = names.find((name) => name === wanted) ?? 'profile';
  const person = useQuery(reading<UserDto>(pool, 'get-user', { userId: user, withCustomData: true }));
  const above = (
    <Link to="/$pool/users" params={{ pool }} className="small">
      {words.all}
    </Link>
  );
  if (person.error instanceof Failure && person.error.statusCode === 404) {
    return (
      <Page title={words.gone} above={above}>
        <Empty icon="users" title={user} />
      </Page>
    );
  }
  return (
    <Page
      title={person.data ? nameOf(person.data) : '…'}
      above={above}
      width={tab === 'activity' || tab === 'logins' ? 'normal' : 'narrow'}
      lead={person.data && <StateTag status={person.data.status} />}
      actions={person.data && <SuspendButton person={person.data} />}
    >
      <Tabs
        label={words.parts}
        current={tab}
        usual="profile"
        tabs={names.map((name) => ({ name, title: words[name] }))}
      />
      <Loaded query={person} rows={8}>
        {(shown) => (
          <>
            {tab === 'profile' && <ProfileTab person={shown} />}
            {tab === 'logins' && <LoginsTab person={shown} />}
            {tab === 'activity' && <RecentEvents filter={{ userId: shown.userId }} />}
            {tab === 'danger' && <DangerTab person={shown} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}
