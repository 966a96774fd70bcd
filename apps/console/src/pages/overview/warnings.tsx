import type { WarningListDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asking, usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Section } from '../../parts/page.tsx';
import { type loginSettings, placeOf, tabOf } from './warning-places.ts';
import { overviewWords } from './words.ts';

/** What stands and should not, until its cause is gone. */
export function Warnings() {
  const words = useWords(overviewWords);
  const pool = usePool();
  const warnings = useQuery(asking<WarningListDto>(pool, 'list-warnings'));
  const list = warnings.data?.list ?? [];
  if (list.length === 0) return null;
  return (
    <Section
      title={words.warnings}
      actions={
        <Link to="/$pool/settings/security/report" params={{ pool }} className="small">
          {words.report}
        </Link>
      }
    >
      <ul className="lines">
        {list.map(({ type, appId, message }) => (
          <li key={`${type} ${appId}`}>
            <Icon name="warning" />
            {appId === null && placeOf[type] === undefined ? (
              <span className="grow">{message}</span>
            ) : appId === null ? (
              <Link className="grow" to={placeOf[type] as typeof loginSettings} params={{ pool }}>
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
