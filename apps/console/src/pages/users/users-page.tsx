import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { UserDto } from '@passbeam/protocol';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/me.ts';
import { usePool } from '../../api/pool.ts';
import { useTyped } from '../../forms/use-typed.ts';
import { useWords } from '../../language/language.tsx';
import { FilterChips } from '../../parts/filters.tsx';
import { Icon } from '../../parts/icons.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { MorePeople } from './more-people.tsx';
import { PeopleTable } from './people-table.tsx';
import { usePeople } from './use-people.ts';
import { userWords } from './words.ts';

const route = getRouteApi('/shell/$pool/users');
const states = ['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived'] as const;

export function UsersPage() {
  const words = useWords(userWords);
  const pool = usePool();
  const { q = '', status, deep } = route.useSearch();
  const navigate = route.useNavigate();
  const mayAct = useMay('operator');
  const state = states.find((one) => one === status);
  const isDeep = deep === 'true' && q !== '';
  const go = (next: { q?: string; status?: string; deep?: string }, replace = false) =>
    navigate({
      search: Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== '')),
      replace,
    });
  const typed = useTyped(q, (text) => go({ q: text, status }, true));
  const found = usePeople({
    ...(q !== '' && { text: q }),
    ...(state && { where: { status: [state] } }),
    ...(isDeep && { deep: true }),
  });
  const [chosen, setChosen] = useState<readonly UserDto[]>([]);
  const isNew = q === '' && state === undefined && found.query.data !== undefined && found.people.length === 0;
  const ways = mayAct && (
    <>
      <LinkButton variant="default" to="/$pool/users/import" params={{ pool }}>
        {words.import}
      </LinkButton>
      <LinkButton to="/$pool/users/new" params={{ pool }} leftSection={<Icon name="plus" />}>
        {words.create}
      </LinkButton>
    </>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={!isNew && ways}>
      {!isNew && (
        <div className="stack">
          <div className="filter-bar">
            <TextInput
              className="search"
              type="search"
              label={words.search}
              placeholder={words.searchHint}
              leftSection={<Icon name="search" size={16} />}
              spellCheck={false}
              {...typed}
              data-search
            />
            <NativeSelect
              label={words.state}
              value={state ?? ''}
              onChange={(event) => go({ q, status: event.currentTarget.value, deep })}
              data={[{ value: '', label: words.any }, ...states.map((value) => ({ value, label: words[value] }))]}
            />
          </div>
          <FilterChips
            filters={[
              ...(isDeep ? [{ name: 'deep', title: words.everywhere, value: q }] : []),
              ...(state ? [{ name: 'status', title: words.state, value: words[state] }] : []),
            ]}
            onRemove={(name) => go({ q, status, deep, [name]: undefined })}
            onClear={() => go({})}
          />
        </div>
      )}
      <Loaded query={found.query} rows={8}>
        {() => (
          <div className="stack">
            {found.people.length > 0 ? (
              <PeopleTable people={found.people} chosen={chosen} onChoose={mayAct ? setChosen : null} />
            ) : isNew ? (
              <Empty icon="users" title={words.emptyTitle} action={ways}>
                {words.emptyText}
              </Empty>
            ) : (
              !found.isSearching && (
                <Empty
                  icon="search"
                  title={words.noMatch}
                  action={
                    <>
                      {q !== '' && !isDeep && (
                        <Button onClick={() => go({ q, status, deep: 'true' })}>{words.everywhere}</Button>
                      )}
                      <Button variant="default" onClick={() => go({})}>
                        {words.clear}
                      </Button>
                    </>
                  }
                >
                  {!isDeep && words.noMatchText}
                </Empty>
              )
            )}
            <MorePeople found={found} />
            {q !== '' && !isDeep && found.people.length > 0 && (
              <p className="soft small">
                <button type="button" className="text-button" onClick={() => go({ q, status, deep: 'true' })}>
                  {words.everywhere}
                </button>{' '}
                {words.everywhereText}
              </p>
            )}
          </div>
        )}
      </Loaded>
      {chosen.length > 0 && <BulkBar chosen={chosen} onDone={() => setChosen([])} />}
    </Page>
  );
}
