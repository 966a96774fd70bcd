import { Button, TextInput } from '@mantine/core';
import type { ApplicationPageDto } from '@passbeam/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/me.ts';
import { reading, usePool } from '../../api/pool.ts';
import { useTyped } from '../../forms/use-typed.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { ApplicationTable } from './application-table.tsx';
import { applicationWords } from './words.ts';

const route = getRouteApi('/shell/$pool/applications');
const size = 50;

export function ApplicationsPage() {
  const words = useWords(applicationWords);
  const pool = usePool();
  const { q = '', page = '1' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayCreate = useMay('operator');
  const typed = useTyped(q, (text) => navigate({ search: text === '' ? {} : { q: text }, replace: true }));
  const applications = useQuery({
    ...reading<ApplicationPageDto>(pool, 'list-applications', { keywords: q || undefined, page, limit: size }),
    placeholderData: keepPreviousData,
  });
  const isNew = q === '' && applications.data?.totalCount === 0;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayCreate &&
        !isNew && (
          <LinkButton to="/$pool/applications/new" params={{ pool }} leftSection={<Icon name="plus" />}>
            {words.create}
          </LinkButton>
        )
      }
    >
      {!isNew && (
        <TextInput
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<Icon name="search" size={16} />}
          maw={420}
          {...typed}
          data-search
        />
      )}
      <Loaded query={applications} rows={6}>
        {({ list, totalCount }) =>
          list.length === 0 ? (
            q === '' ? (
              <Empty
                icon="applications"
                title={words.emptyTitle}
                action={
                  mayCreate && (
                    <>
                      <LinkButton to="/$pool/applications/new" params={{ pool }} search={{ kind: 'site', step: '2' }}>
                        {words.newSite}
                      </LinkButton>
                      <LinkButton
                        variant="default"
                        to="/$pool/applications/new"
                        params={{ pool }}
                        search={{ kind: 'phone', step: '2' }}
                      >
                        {words.newPhone}
                      </LinkButton>
                    </>
                  )
                }
              >
                {words.emptyText}
              </Empty>
            ) : (
              <Empty
                icon="search"
                title={words.noMatch(q)}
                action={
                  <Button variant="default" onClick={() => navigate({ search: {} })}>
                    {words.clear}
                  </Button>
                }
              />
            )
          ) : (
            <>
              <ApplicationTable applications={list} />
              <Pager
                page={Number(page)}
                pages={Math.ceil(totalCount / size)}
                text={words.countOf(totalCount)}
                onGo={(next) => navigate({ search: { ...(q && { q }), ...(next > 1 && { page: String(next) }) } })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
