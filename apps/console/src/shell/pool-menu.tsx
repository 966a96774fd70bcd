import { Menu } from '@mantine/core';
import type { ConsoleMeView } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useWords } from '../language/language.tsx';
import { Icon } from '../parts/icons.tsx';
import { shellWords } from './words.ts';

const NewPool = lazy(async () => ({ default: (await import('./new-pool.tsx')).NewPool }));

type Pool = ConsoleMeView['pools'][number];

export function PoolMenu({ pools, current, mayMake }: { pools: Pool[]; current: Pool; mayMake: boolean }) {
  const words = useWords(shellWords);
  const navigate = useNavigate();
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <Menu position="bottom-start" width="target">
        <Menu.Target>
          <button type="button" className="pool-button" aria-label={`${words.choosePool}: ${current.name}`}>
            <span className="grow">{current.name}</span>
            <Icon name="chevron" size={16} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.pool}</Menu.Label>
          {pools.map(({ userPoolId, name }) => (
            <Menu.Item
              key={userPoolId}
              rightSection={userPoolId === current.userPoolId ? <Icon name="check" size={16} /> : null}
              onClick={() => navigate({ to: '/$pool/overview', params: { pool: userPoolId } })}
            >
              {name}
            </Menu.Item>
          ))}
          {mayMake && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
                {words.newPool}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {isMaking && (
        <Suspense>
          <NewPool pool={current.userPoolId} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  );
}
