import { Menu } from '@mantine/core';
import type { AccessKeyDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/me.ts';
import { reading, useForget, usePool, writing } from '../../api/pool.ts';
import { agreed } from '../../forms/confirm.ts';
import { GatedButton } from '../../forms/gate.tsx';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { When } from '../../parts/when.tsx';
import { NewKey } from './new-key.tsx';
import { keyWords } from './words.ts';

const isOver = ({ expiresAt }: AccessKeyDto) => !!expiresAt && new Date(expiresAt).getTime() < Date.now();

export function AccessKeysPage() {
  const words = useWords(keyWords);
  const pool = usePool();
  const forget = useForget();
  const isOwner = useMay('owner');
  const [isCreating, setCreating] = useState(false);
  const keys = useQuery(reading<AccessKeyDto[]>(pool, 'list-access-key', { limit: 100 }));
  async function act(deed: () => Promise<unknown>, said: string) {
    try {
      await deed();
      await forget('list-access-key');
      say(said, { pool, types: 'settings' });
    } catch (error) {
      complain(error);
    }
  }
  const nameOf = ({ name, accessKeyId }: AccessKeyDto) => name || `${accessKeyId.slice(0, 10)}…`;
  async function remove(key: AccessKeyDto) {
    const { accessKeyId } = key;
    if (!(await agreed({ title: words.removeTitle(nameOf(key)), text: words.removeText, deed: words.remove }))) return;
    await act(() => writing(pool, 'delete-access-key', { accessKeyId }), words.removed);
  }
  const create = (
    <GatedButton needs="owner" leftSection={<Icon name="plus" />} onClick={() => setCreating(true)}>
      {words.create}
    </GatedButton>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={(keys.data?.length ?? 0) > 0 && create}>
      <Loaded query={keys} rows={4}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon="keys" title={words.emptyTitle} action={create}>
              {words.emptyText}
            </Empty>
          ) : (
            <Table
              caption={words.title}
              rows={list}
              idOf={({ accessKeyId }) => accessKeyId}
              isDim={(key) => !key.enable || isOver(key)}
              columns={[
                {
                  name: 'name',
                  title: words.name,
                  phone: 'head',
                  cell: (key) =>
                    key.name ? <strong>{key.name}</strong> : <span className="soft">{words.noName}</span>,
                },
                {
                  name: 'id',
                  title: words.id,
                  phone: 'gone',
                  cell: ({ accessKeyId }) => <CopyText text={accessKeyId} short={10} name={words.id} />,
                },
                {
                  name: 'role',
                  title: words.role,
                  cell: ({ scopes, role }) => (scopes ? words.approve : words[`${role ?? 'owner'}Short`]),
                },
                {
                  name: 'made',
                  title: words.made,
                  phone: 'gone',
                  cell: ({ createdAt }) => <When at={createdAt} isShort />,
                },
                {
                  name: 'used',
                  title: words.lastUsed,
                  cell: ({ lastDate }) =>
                    lastDate === '' ? <span className="soft">{words.notUsed}</span> : <When at={lastDate} isShort />,
                },
                {
                  name: 'ends',
                  title: words.ends,
                  cell: ({ expiresAt }) =>
                    expiresAt ? <When at={expiresAt} isShort /> : <span className="soft">{words.never}</span>,
                },
                {
                  name: 'state',
                  title: words.state,
                  cell: (key) =>
                    isOver(key) ? (
                      <Tag tone="warn">{words.over}</Tag>
                    ) : key.enable ? (
                      <Tag tone="good">{words.on}</Tag>
                    ) : (
                      <Tag>{words.off}</Tag>
                    ),
                },
                ...(isOwner
                  ? [
                      {
                        name: 'deeds',
                        title: words.deeds,
                        phone: 'corner' as const,
                        cell: (key: AccessKeyDto) => (
                          <Menu>
                            <Menu.Target>
                              <button type="button" className="copy" aria-label={`${words.deeds}: ${nameOf(key)}`}>
                                <Icon name="more" />
                              </button>
                            </Menu.Target>
                            <Menu.Dropdown>
                              <Menu.Item
                                onClick={() =>
                                  act(
                                    () =>
                                      writing(pool, 'update-access-key', {
                                        accessKeyId: key.accessKeyId,
                                        enable: !key.enable,
                                      }),
                                    words.changed,
                                  )
                                }
                              >
                                {key.enable ? words.switchOff : words.switchOn}
                              </Menu.Item>
                              {key.managedBy === 'file' ? (
                                <Menu.Item disabled leftSection={<Icon name="lock" size={13} />}>
                                  {words.removeInFile}
                                </Menu.Item>
                              ) : (
                                <Menu.Item onClick={() => remove(key)}>{words.remove}</Menu.Item>
                              )}
                            </Menu.Dropdown>
                          </Menu>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )
        }
      </Loaded>
      {isCreating && <NewKey onClose={() => setCreating(false)} />}
    </Page>
  );
}
