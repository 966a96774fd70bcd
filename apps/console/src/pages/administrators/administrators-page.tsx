import { Button } from '@mantine/core';
import type { AdministratorDto, AdministratorLinkDto, AdministratorPageDto } from '@passbeam/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useGeneralRole, useMe } from '../../api/me.ts';
import { SecretOnce } from '../../forms/secret-once.tsx';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Initials, Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { AdministratorEvents } from './administrator-events.tsx';
import { AdministratorMenu } from './administrator-menu.tsx';
import { GrantsDialog } from './grants-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { useGrantNames } from './use-grant-names.ts';
import { administratorWords } from './words.ts';

export function AdministratorsPage() {
  const words = useWords(administratorWords);
  const formats = useFormats();
  const queries = useQueryClient();
  const isOwner = useGeneralRole() === 'owner';
  const own = useMe()?.administrator.administratorId;
  const namesOf = useGrantNames();
  const [isInviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<AdministratorDto | null>(null);
  const [link, setLink] = useState<AdministratorLinkDto | null>(null);
  const administrators = useQuery({
    queryKey: ['administrators'],
    queryFn: ({ signal }) =>
      call<AdministratorPageDto>('/api/v3/list-administrators', { query: { limit: 100 }, signal }),
    enabled: isOwner,
  });
  const renew = () => queries.invalidateQueries({ queryKey: ['administrators'] });
  const shown = async (made: AdministratorLinkDto) => {
    setInviting(false);
    setLink(made);
    await renew();
  };
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        isOwner && (
          <Button leftSection={<Icon name="plus" />} onClick={() => setInviting(true)}>
            {words.invite}
          </Button>
        )
      }
    >
      {!isOwner ? (
        <Empty icon="administrators" title={words.needsOwner} />
      ) : (
        <Loaded query={administrators} rows={4}>
          {({ list }) => (
            <Table
              caption={words.title}
              rows={list}
              idOf={({ administratorId }) => administratorId}
              isDim={({ state }) => state === 'suspended'}
              columns={[
                {
                  name: 'name',
                  title: words.name,
                  phone: 'head',
                  cell: ({ name, signInName, administratorId }) => (
                    <span className="named">
                      <Initials name={name} size={34} />
                      <span>
                        <strong>{name}</strong> {administratorId === own && <Tag tone="accent">{words.you}</Tag>}
                        <small>{signInName}</small>
                      </span>
                    </span>
                  ),
                },
                { name: 'roles', title: words.roles, cell: ({ grants }) => formats.list(namesOf(grants)) },
                {
                  name: 'factor',
                  title: words.factor,
                  cell: ({ secondFactor, linkedPerson }) =>
                    secondFactor ? (
                      linkedPerson ? (
                        `${words.yes}, ${words.linked}`
                      ) : (
                        words.yes
                      )
                    ) : (
                      <Tag tone="warn">{words.no}</Tag>
                    ),
                },
                { name: 'seen', title: words.lastSeen, cell: ({ lastSeenAt }) => <When at={lastSeenAt} isShort /> },
                {
                  name: 'state',
                  title: words.state,
                  cell: ({ state }) => (
                    <Tag tone={state === 'active' ? 'good' : state === 'invited' ? 'accent' : 'plain'}>
                      {words[state]}
                    </Tag>
                  ),
                },
                {
                  name: 'deeds',
                  title: words.deeds,
                  phone: 'corner',
                  cell: (administrator) => (
                    <AdministratorMenu
                      administrator={administrator}
                      isOwn={administrator.administratorId === own}
                      onDone={renew}
                      onLink={shown}
                      onChange={() => setChanging(administrator)}
                    />
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      )}
      {isOwner && <AdministratorEvents />}
      {isInviting && <InviteDialog onClose={() => setInviting(false)} onInvited={shown} />}
      {changing && (
        <GrantsDialog
          administrator={changing}
          onClose={() => setChanging(null)}
          onSaved={() => {
            setChanging(null);
            renew();
          }}
        />
      )}
      {link && (
        <SecretOnce
          title={words.linkTitle}
          secret={link.link}
          label={words.link}
          warning={words.linkOnce}
          onStored={() => setLink(null)}
        >
          <p className="soft">
            {words.linkText(formats.exact(link.expiresAt))} {link.isMailed && words.mailed}
          </p>
        </SecretOnce>
      )}
    </Page>
  );
}
