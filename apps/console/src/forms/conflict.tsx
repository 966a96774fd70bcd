import { Button } from '@mantine/core';
import { useWords } from '../language/language.tsx';
import { Notice } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { partWords } from '../parts/words.ts';

export interface Differing {
  title: string;
  theirs: string;
  yours: string;
}

/** Two people saved the same page: both values of each field, side by side. */
export function Conflict({
  fields,
  onTakeTheirs,
  onSaveMine,
}: {
  fields: Differing[];
  onTakeTheirs: () => void;
  onSaveMine: () => void;
}) {
  const words = useWords(partWords);
  return (
    <div className="stack" role="alert">
      <Notice tone="warn">
        <strong>{words.conflictTitle}.</strong> {words.conflictText}
      </Notice>
      <Table
        caption={words.conflictTitle}
        rows={fields}
        idOf={({ title }) => title}
        columns={[
          { name: 'field', title: words.field, phone: 'head', cell: ({ title }) => title },
          { name: 'theirs', title: words.theirs, cell: ({ theirs }) => theirs },
          { name: 'yours', title: words.yours, cell: ({ yours }) => <strong>{yours}</strong> },
        ]}
      />
      <div className="row">
        <Button variant="default" onClick={onTakeTheirs}>
          {words.takeTheirs}
        </Button>
        <Button onClick={onSaveMine}>{words.saveMine}</Button>
      </div>
    </div>
  );
}
