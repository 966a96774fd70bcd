import type { InstallationDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useGeneralRole, useMe } from '../../api/me.ts';
import { asking } from '../../api/pool.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { Empty, Loaded, Notice } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { ConfigurationSection } from './configuration-section.tsx';
import { installationWords } from './words.ts';

const everyMs = 30_000;

export function InstallationPage() {
  const words = useWords(installationWords);
  const isAllowed = useGeneralRole() !== null;
  // The call is in the name of any pool: what it shows is the same for all.
  const pool = useMe()?.pools[0]?.userPoolId ?? '';
  const query = asking<InstallationDto>(pool, 'get-installation');
  const installation = useQuery({ ...query, enabled: isAllowed && pool !== '', refetchInterval: everyMs });
  return (
    <Page title={words.title} lead={words.lead}>
      {!isAllowed ? (
        <Empty icon="installation" title={words.needsAll} />
      ) : (
        <Loaded query={installation} rows={12}>
          {(shown) => (
            <>
              <Nodes nodes={shown.nodes} />
              <Shared shown={shown} />
              <ConfigurationSection configuration={shown.configuration} />
              <SigningKeys keys={shown.signingKeys} />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Nodes({ nodes }: Pick<InstallationDto, 'nodes'>) {
  const words = useWords(installationWords);
  const versions = new Set(nodes.filter(({ isAlive }) => isAlive).map(({ version }) => version));
  return (
    <Section title={words.nodes} lead={words.nodesText}>
      <div className="stack">
        {versions.size > 1 && <Notice tone="warn">{words.versions}</Notice>}
        <Table
          caption={words.nodes}
          rows={nodes}
          idOf={({ name, startedAt }) => `${name} ${startedAt}`}
          isDim={({ isAlive }) => !isAlive}
          columns={[
            { name: 'name', title: words.node, phone: 'head', cell: ({ name }) => <strong>{name}</strong> },
            { name: 'version', title: words.version, cell: ({ version }) => <code>{version}</code> },
            { name: 'started', title: words.started, cell: ({ startedAt }) => <When at={startedAt} isShort /> },
            { name: 'seen', title: words.seen, cell: ({ seenAt }) => <When at={seenAt} isShort /> },
            {
              name: 'state',
              title: words.state,
              phone: 'corner',
              cell: ({ isAlive }) =>
                isAlive ? <Tag tone="good">{words.alive}</Tag> : <Tag tone="warn">{words.silent}</Tag>,
            },
          ]}
        />
      </div>
    </Section>
  );
}

function Shared({ shown: { version, publicUrl, store, retention, limits } }: { shown: InstallationDto }) {
  const words = useWords(installationWords);
  const formats = useFormats();
  return (
    <>
      <Section title={words.store}>
        <Facts
          facts={[
            [words.address, <CopyText key="address" text={publicUrl} name={words.address} />],
            [words.version, <code key="version">{version}</code>],
            [words.database, words[store.kind]],
            [words.redis, store.redis ? words.yes : words.no],
            [words.schema, <code key="schema">{store.schema}</code>],
          ]}
        />
      </Section>
      <Section title={words.limits}>
        <Facts
          facts={[
            [words.audit, retention.auditDays === null ? words.forever : words.days(retention.auditDays)],
            [
              words.rates,
              limits.on ? (
                words.on
              ) : (
                <Tag key="off" tone="warn">
                  {words.off}
                </Tag>
              ),
            ],
            [words.unfinished, formats.number(limits.unfinishedCodes)],
          ]}
        />
      </Section>
    </>
  );
}

function SigningKeys({ keys }: { keys: InstallationDto['signingKeys'] }) {
  const words = useWords(installationWords);
  return (
    <Section title={words.signing} lead={words.signingText}>
      <Table
        caption={words.signing}
        rows={keys}
        idOf={({ kid }) => kid}
        columns={[
          { name: 'kid', title: words.kid, phone: 'head', cell: ({ kid }) => <CopyText text={kid} short={20} /> },
          { name: 'made', title: words.made, cell: ({ createdAt }) => <When at={createdAt} isShort /> },
          {
            name: 'until',
            title: words.verifiesUntil,
            cell: ({ verifiesUntil }) =>
              verifiesUntil === null ? <Tag tone="good">{words.signs}</Tag> : <When at={verifiesUntil} isShort />,
          },
        ]}
      />
    </Section>
  );
}
