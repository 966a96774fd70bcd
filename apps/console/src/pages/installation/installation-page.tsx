import type { InstallationDto } from '@passbeam/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { useGeneralRole, useMe } from '../../api/me.ts';
import { agreed } from '../../forms/confirm.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { When } from '../../parts/when.tsx';
import { ConfigurationSection } from './configuration-section.tsx';
import { SigningKeys } from './signing-keys.tsx';
import { installationWords } from './words.ts';

export function InstallationPage() {
  const words = useWords(installationWords);
  const formats = useFormats();
  const queries = useQueryClient();
  const isOwner = useGeneralRole() === 'owner';
  // The call tells differences of one pool's part of the file; which one does not matter to the rest.
  const pool = useMe()?.pools[0]?.userPoolId;
  const installation = useQuery({
    queryKey: ['installation', pool],
    queryFn: ({ signal }) => call<InstallationDto>('/api/v3/get-installation', { pool, body: {}, signal }),
    refetchInterval: 30_000,
  });
  async function rotate() {
    if (!(await agreed({ title: words.rotateTitle, text: words.rotateText, deed: words.rotate, isDangerous: false })))
      return;
    try {
      await call('/api/v3/rotate-signing-key', { pool, body: {} });
      await queries.invalidateQueries({ queryKey: ['installation'] });
      say(words.rotated);
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Page title={words.title} lead={words.lead}>
      <Loaded query={installation} rows={10}>
        {(shown) => (
          <>
            <Section isQuiet title={words.nodes}>
              <Table
                caption={words.nodes}
                rows={shown.nodes}
                idOf={({ name, startedAt }) => name + startedAt}
                isDim={({ isAlive }) => !isAlive}
                columns={[
                  { name: 'name', title: words.node, phone: 'head', cell: ({ name }) => <strong>{name}</strong> },
                  { name: 'version', title: words.version, cell: ({ version }) => version },
                  { name: 'started', title: words.started, cell: ({ startedAt }) => <When at={startedAt} isShort /> },
                  { name: 'seen', title: words.seen, cell: ({ seenAt }) => <When at={seenAt} isShort /> },
                  {
                    name: 'state',
                    title: words.state,
                    cell: ({ isAlive }) => (isAlive ? <Tag tone="good">{words.alive}</Tag> : <Tag>{words.silent}</Tag>),
                  },
                ]}
              />
            </Section>
            <Section title={words.store}>
              <Facts
                facts={[
                  [words.version, shown.version],
                  [words.address, <CopyText key="url" text={shown.publicUrl} name={words.address} />],
                  [words.database, `${words[shown.store.kind]}${shown.store.redis ? ` ${words.withRedis}` : ''}`],
                  [words.schema, shown.store.schema],
                  [words.retention, words.days(formats.number(shown.retention.auditDays))],
                  [
                    words.limits,
                    shown.limits.on ? (
                      words.limitsOn
                    ) : (
                      <Tag key="limits" tone="warn">
                        {words.limitsOff}
                      </Tag>
                    ),
                  ],
                  [words.codes, formats.number(shown.limits.unfinishedCodes)],
                ]}
              />
            </Section>
            <ConfigurationSection configuration={shown.configuration} />
            <SigningKeys keys={shown.signingKeys} onRotate={isOwner ? rotate : null} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
