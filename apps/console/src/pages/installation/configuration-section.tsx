import type { ConfigurationDifferenceDto, InstallationDto } from '@passbeam/protocol';
import { useGeneralRole } from '../../api/me.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/page.tsx';
import { Notice } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { When } from '../../parts/when.tsx';
import { installationWords } from './words.ts';

/** The file that was applied last, and what it would change now. */
export function ConfigurationSection({ configuration }: Pick<InstallationDto, 'configuration'>) {
  const words = useWords(installationWords);
  const formats = useFormats();
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
            [words.digest, <CopyText key="digest" text={digest} name={words.digest} short={16} />],
            [words.applied, <When key="applied" at={appliedAt} />],
            [words.by, node],
            [words.manages, formats.number(managedFields)],
          ]}
        />
        <h3>{words.differences}</h3>
        <Differences differences={differences} />
      </div>
    </Section>
  );
}

/** Long ones break. */
function Value({ text }: { text: string | null }) {
  return <span>{text === null ? '–' : <code>{text}</code>}</span>;
}

function Differences({ differences }: { differences: ConfigurationDifferenceDto[] | null }) {
  const words = useWords(installationWords);
  const isOwner = useGeneralRole() === 'owner';
  if (!isOwner) return <p className="soft">{words.ownersOnly}</p>;
  if (differences === null) return <Notice tone="warn">{words.unreadable}</Notice>;
  if (differences.length === 0) return <p className="soft">{words.same}</p>;
  return (
    <Table
      caption={words.differences}
      rows={differences}
      idOf={({ path }) => path}
      columns={[
        { name: 'key', title: words.key, phone: 'head', cell: ({ path }) => <code>{path}</code> },
        { name: 'line', title: words.line, isNumber: true, cell: ({ line }) => line ?? '–' },
        { name: 'stored', title: words.stored, cell: ({ stored }) => <Value text={stored} /> },
        { name: 'file', title: words.inFile, cell: ({ file }) => <Value text={file} /> },
      ]}
    />
  );
}
