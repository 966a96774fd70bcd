import type { UserSessionDto } from '@passbeam/protocol';
import type { ReactNode } from 'react';
import { useMay } from '../../../api/me.ts';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { Table } from '../../../parts/table.tsx';
import { When } from '../../../parts/when.tsx';
import { personWords } from './words.ts';

/** Phones first, each with the browsers that it confirmed below it. */
function asTree(logins: UserSessionDto[]): { login: UserSessionDto; isBelow: boolean }[] {
  const ids = new Set(logins.map(({ sessionId }) => sessionId));
  const isBelow = ({ confirmedBy }: UserSessionDto) => confirmedBy !== null && ids.has(confirmedBy);
  return logins
    .filter((login) => !isBelow(login))
    .flatMap((login) => [
      { login, isBelow: false },
      ...logins
        .filter(({ confirmedBy }) => confirmedBy === login.sessionId)
        .map((below) => ({ login: below, isBelow: true })),
    ]);
}

export function LoginTable({
  caption,
  logins,
  deed,
}: {
  caption: string;
  logins: UserSessionDto[];
  deed?: (login: UserSessionDto) => ReactNode;
}) {
  const words = useWords(personWords);
  const mayEnd = useMay('operator');
  const ways: Record<string, string> = { qr: words.byScan, pwd: words.byPassword, otp: words.byCode };
  /** A company that vouches for its people may not say how they signed in there, or say it in words of its own. */
  const wayOf = ({ amr }: UserSessionDto) => {
    const known = amr.flatMap((method) => ways[method] ?? []);
    return known.length > 0 ? known.join(', ') : words.byCompany;
  };
  return (
    <Table
      caption={caption}
      rows={asTree(logins)}
      idOf={({ login }) => login.sessionId}
      columns={[
        {
          name: 'device',
          title: words.device,
          phone: 'head',
          cell: ({ login, isBelow }) => (
            <span className="named" style={isBelow ? { paddingInlineStart: 24 } : undefined}>
              <Icon name={login.amr.includes('qr') ? 'website' : 'phone'} />
              <span>
                {[login.browser, login.os].filter(Boolean).join(' · ') || '–'}
                {login.confirmedCount > 0 && <small>{words.confirmed(login.confirmedCount)}</small>}
              </span>
            </span>
          ),
        },
        { name: 'application', title: words.application, cell: ({ login }) => login.appName ?? login.appId },
        { name: 'way', title: words.way, cell: ({ login }) => wayOf(login) },
        { name: 'address', title: words.address, phone: 'gone', cell: ({ login }) => <code>{login.ip ?? '–'}</code> },
        { name: 'since', title: words.since, cell: ({ login }) => <When at={login.createdAt} isShort /> },
        {
          name: 'until',
          title: deed ? words.until : words.endedAt,
          phone: 'gone',
          cell: ({ login }) => <When at={deed ? login.expiresAt : (login.endedAt ?? login.expiresAt)} isShort />,
        },
        ...(deed && mayEnd
          ? [
              {
                name: 'deed',
                title: words.end,
                cell: ({ login }: { login: UserSessionDto }) => deed(login),
                phone: 'head' as const,
              },
            ]
          : []),
      ]}
    />
  );
}
