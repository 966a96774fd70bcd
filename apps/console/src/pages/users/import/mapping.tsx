import { NativeSelect } from '@mantine/core';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Table } from '../../../parts/table.tsx';
import type { ChosenFile } from './chosen-file.ts';
import { fieldWords, importableFields } from './field-words.ts';
import { profileFields } from './profile-names.ts';
import { importWords } from './words.ts';

export type Mapping = Readonly<Record<string, string>>;
const who = ['userId', 'username', 'email', 'phone', 'externalId'];

/** Which field each column holds. */
export function MappingTable({
  chosen,
  mapping,
  custom,
  onChange,
}: {
  chosen: ChosenFile;
  mapping: Mapping;
  custom: readonly string[];
  onChange: (mapping: Mapping) => void;
}) {
  const words = useWords(importWords);
  const names = useWords(fieldWords);
  const option = (field: (typeof importableFields)[number]) => ({ value: field, label: names[field] });
  const customNames = [
    ...new Set([
      ...custom.map((key) => `customData.${key}`),
      ...Object.values(mapping).filter((field) => field.startsWith('customData.')),
    ]),
  ];
  const data = [
    { value: '', label: words.leftOut },
    { group: words.whoGroup, items: importableFields.filter((field) => who.includes(field)).map(option) },
    {
      group: words.otherGroup,
      items: importableFields.filter((field) => !who.includes(field) && !profileFields.has(field)).map(option),
    },
    { group: words.profileGroup, items: importableFields.filter((field) => profileFields.has(field)).map(option) },
    ...(customNames.length > 0
      ? [
          {
            group: words.customGroup,
            items: customNames.map((value) => ({ value, label: value.slice('customData.'.length) })),
          },
        ]
      : []),
  ];
  return (
    <Section title={words.columns} lead={words.columnsText}>
      <Table
        caption={words.columns}
        rows={chosen.columns}
        idOf={(column) => column}
        columns={[
          { name: 'column', title: words.column, phone: 'head', cell: (column) => <strong>{column}</strong> },
          { name: 'sample', title: words.sample, cell: (column) => sampleOf(chosen, column, mapping[column]) },
          {
            name: 'field',
            title: words.field,
            cell: (column) => (
              <NativeSelect
                aria-label={words.fieldOf(column)}
                value={mapping[column] ?? ''}
                data={data}
                onChange={(event) => onChange({ ...mapping, [column]: event.currentTarget.value })}
              />
            ),
          },
        ]}
      />
    </Section>
  );
}

export const hidden = '••••••';

/** The first value of a column. */
export function firstValue({ rows }: Pick<ChosenFile, 'rows'>, column: string): string {
  return rows.map((row) => row[column] ?? '').find((text) => text !== '') ?? '';
}

function sampleOf(chosen: ChosenFile, column: string, field = ''): string {
  const value = firstValue(chosen, column);
  if (value !== '' && (field === 'password' || /passw|密码/i.test(column))) return hidden;
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}
