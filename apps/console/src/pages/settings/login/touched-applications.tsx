import type { ApplicationPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { reading, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { loginWords } from './words.ts';

/** Which applications take these values, and which have their own. */
export function TouchedApplications() {
  const words = useWords(loginWords);
  const pool = usePool();
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  return (
    <Section title={words.touched}>
      <Loaded query={applications} rows={2}>
        {({ list }) => {
          const different = list.filter(
            ({ customSecurityEnabled, securityOverride }) =>
              customSecurityEnabled && Object.keys(securityOverride.qrcodeLoginStrategy ?? {}).length > 0,
          );
          if (list.length === 0) return <p className="soft">{words.noApplications}</p>;
          return (
            <div className="stack">
              <p>{words.inheriting(list.length - different.length)}</p>
              {different.length > 0 && (
                <p>
                  {words.ownValues}{' '}
                  {different.map(({ appId, appName }, index) => (
                    <span key={appId}>
                      {index > 0 && ', '}
                      <Link to="/$pool/applications/$app" params={{ pool, app: appId }} search={{ tab: 'security' }}>
                        {appName}
                      </Link>
                    </span>
                  ))}
                </p>
              )}
            </div>
          );
        }}
      </Loaded>
    </Section>
  );
}
