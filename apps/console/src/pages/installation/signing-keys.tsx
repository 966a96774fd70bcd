import { Button } from '@mantine/core';
import type { InstallationDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { CopyText } from '../../parts/copy.tsx';
import { Section } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { installationWords } from './words.ts';

export function SigningKeys({
  keys,
  onRotate,
}: {
  keys: InstallationDto['signingKeys'];
  onRotate: (() => void) | null;
}) {
  const words = useWords(installationWords);
  return (
    <Section
      isQuiet
      title={words.keys}
      actions={
        onRotate && (
          <Button variant="default" size="xs" onClick={onRotate}>
            {words.rotate}
          </Button>
        )
      }
    >
      <Table
        caption={words.keys}
        rows={keys}
        idOf={({ kid }) => kid}
        columns={[
          {
            name: 'kid',
            title: words.kid,
            phone: 'head',
            cell: ({ kid }) => <CopyText text={kid} short={20} name={words.kid} />,
          },
          { name: 'made', title: words.made, cell: ({ createdAt }) => <When at={createdAt} isShort /> },
          {
            name: 'until',
            title: words.verifies,
            cell: ({ verifiesUntil }) =>
              verifiesUntil === null ? <Tag tone="good">{words.signs}</Tag> : <When at={verifiesUntil} isShort />,
          },
        ]}
      />
    </Section>
  );
}
