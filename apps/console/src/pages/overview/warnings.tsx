import type { WarningListDto, WarningType } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asking, usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Section } from '../../parts/page.tsx';
import { overviewWords } from './words.ts';

const login = '/$pool/settings/security/basic/login';
/** Where each warning is mended; the rest is mended in the server's environment. */
const places: Partial<Record<WarningType, string>> = {
  fullUserInfoOn: login,
  browserExchangeOn: login,
  qrcodeLivesLong: login,
  ticketLivesLong: login,
  pollBindingNone: '/$pool/settings/pool',
  noAllowedOrigins: '/$pool/settings/security/basic/web',
  registrationOpen: '/$pool/settings/security/basic/registration',
  secretEndsSoon: '/$pool/settings/pool',
};

/** What stands and should not, until its cause is gone. */
export function Warnings() {
  const words = useWords(overviewWords);
  const pool = usePool();
  const warnings = useQuery(asking<WarningListDto>(pool, 'list-warnings'));
  const list = warnings.data?.list ?? [];
  if (list.length === 0) return null;
  return (
    <Section title={words.warnings}>
      <ul className="lines">
        {list.map(({ type, appId, message }) => (
          <li key={`${type} ${appId}`}>
            <Icon name="warning" />
            {appId === null && places[type] === undefined ? (
              <span className="grow">{message}</span>
            ) : appId === null ? (
              <Link className="grow" to={places[type] as typeof login} params={{ pool }}>
                {message}
              </Link>
            ) : (
              <Link
                className="grow"
                to="/$pool/applications/$app"
                params={{ pool, app: appId }}
                search={{ tab: tabOf(type) }}
              >
                {message}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const tabOf = (type: WarningType) =>
  type === 'secretEndsSoon' ? 'secrets' : type === 'pollBindingNone' ? 'settings' : 'security';
