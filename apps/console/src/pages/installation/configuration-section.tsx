import type { InstallationDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { When } from '../../parts/when.tsx';
import { installationWords } from './words.ts';

/** The file that was applied last, and where it and the store differ. */
export function ConfigurationSection({ configuration }: { configuration: InstallationDto['configuration'] }) {
  const words = useWords(installationWords);
  if (configuration === null) {
    return (
      <Section title={words.file}>
        <p className="soft">{words.noFile}</p>
      </Section>
    );
  }
  const { digest, appliedAt, node, managedFields, differences } = configuration;
  return (
    <Section title={words.file}>
      <div className="stack">
        <Facts
          facts={[
            [words.digest, <CopyText key="digest" text={digest} short={16} name={words.digest} />],
            [words.applied, <When key="applied" at={appliedAt} />],
            [words.by, node],
            [words.managed, managedFields],
          ]}
        />
        <h3>{words.differences}</h3>
        {differences.length === 0 ? (
          <p className="soft">{words.same}</p>
        ) : (
          <Table
            caption={words.differences}
            rows={differences}
            idOf={({ path }) => path}
            columns={[
              {
                name: 'path',
                title: words.path,
                phone: 'head',
                cell: ({ path, line }) => (
                  <>
                    <code>{path}</code> {line !== null && <span className="soft small">{words.line(line)}</span>}
                  </>
                ),
              },
              { name: 'stored', title: words.stored, cell: ({ stored }) => <code>{stored ?? '–'}</code> },
              { name: 'file', title: words.inFile, cell: ({ file }) => <code>{file ?? '–'}</code> },
            ]}
          />
        )}
      </div>
    </Section>
  );
}
