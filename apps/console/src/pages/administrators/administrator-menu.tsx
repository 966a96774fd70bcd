import { Menu } from '@mantine/core';
import type { AdministratorDto, AdministratorLinkDto } from '@passbeam/protocol';
import { call } from '../../api/call.ts';
import { agreed } from '../../forms/confirm.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { administratorWords } from './words.ts';

export function AdministratorMenu({
  administrator,
  isOwn,
  onDone,
  onLink,
  onChange,
}: {
  administrator: AdministratorDto;
  isOwn: boolean;
  onDone: () => void;
  onLink: (link: AdministratorLinkDto) => void;
  onChange: () => void;
}) {
  const words = useWords(administratorWords);
  const { administratorId, name, state, version } = administrator;
  async function act(deed: () => Promise<string>) {
    try {
      say(await deed());
      onDone();
    } catch (error) {
      complain(error);
    }
  }
  const set = (change: object) =>
    act(async () => {
      await call('/api/v3/update-administrator', { body: { administratorId, ifVersion: version, ...change } });
      return words.done;
    });
  async function suspend() {
    if (await agreed({ title: words.suspendTitle(name), text: words.suspendText, deed: words.suspend }))
      await set({ state: 'suspended' });
  }
  async function remove() {
    if (!(await agreed({ title: words.removeTitle(name), text: words.removeText, deed: words.remove, typed: name })))
      return;
    await act(async () => {
      await call('/api/v3/remove-administrator', { body: { administratorId } });
      return words.done;
    });
  }
  const endLogins = () =>
    act(async () => {
      const { ended } = await call<{ ended: number }>('/api/v3/end-administrator-sessions', {
        body: { administratorId },
      });
      return words.endedN(ended);
    });
  const newLink = () =>
    call<AdministratorLinkDto>('/api/v3/renew-administrator-link', { body: { administratorId } }).then(
      onLink,
      complain,
    );
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="copy" aria-label={`${words.deeds}: ${name}`}>
          <Icon name="more" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onChange}>{words.changeRole}</Menu.Item>
        <Menu.Item onClick={newLink}>{words.newLink}</Menu.Item>
        <Menu.Item onClick={endLogins}>{words.endLogins}</Menu.Item>
        {!isOwn && (
          <>
            <Menu.Divider />
            {state === 'suspended' ? (
              <Menu.Item onClick={() => set({ state: 'active' })}>{words.activate}</Menu.Item>
            ) : (
              <Menu.Item onClick={suspend}>{words.suspend}</Menu.Item>
            )}
            <Menu.Item onClick={remove}>{words.remove}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
