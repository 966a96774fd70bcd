import { useState } from 'react';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { Notice } from '../../../parts/states.tsx';
import { type FileStart, readStart } from './read-file.ts';
import { importWords } from './words.ts';

export interface ChosenFile extends FileStart {
  name: string;
  text: string;
}

const most = 50_000_000;

export function ChooseFile({ onChosen }: { onChosen: (file: ChosenFile) => void }) {
  const words = useWords(importWords);
  const [isOver, setOver] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  async function take(file: File | undefined) {
    if (file === undefined) return;
    if (file.size > most) return setWrong(words.tooLarge);
    const text = await file.text();
    const start = readStart(text.slice(0, 200_000));
    if (start.rows.length === 0) return setWrong(words.noRows);
    onChosen({ ...start, name: file.name, text });
  }
  return (
    <>
      {wrong && (
        <div role="alert">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      )}
      <label
        className={isOver ? 'drop is-over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <span className="empty-sign">
          <Icon name="users" size={26} />
        </span>
        <strong>{words.drop}</strong>
        <span className="soft">{words.dropText}</span>
        <input
          className="unseen"
          type="file"
          accept=".csv,.json,.jsonl,.txt,text/csv,application/json"
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
    </>
  );
}
