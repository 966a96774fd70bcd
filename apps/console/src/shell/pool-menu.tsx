import { Menu } from '@mantine/core';
import type { ConsoleMeView } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useWords } from '../language/language.tsx';
import { Icon } from '../parts/icons.tsx';
import { shellWords } from './words.ts';

type Pool = ConsoleMeView['pools'][number];

export function PoolMenu({ pools, current }: { pools: Pool[]; current: Pool }) {
  const words = useWords(shellWords);
  const navigate = useNavigate();
  return (
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
      </Menu.Dropdown>
    </Menu>
  );
}
