import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { Notice } from '../../../parts/states.tsx';
import { importWords } from './words.ts';

/** A place to drop a file on, or to choose one. */
export function FileDrop({ onFile, mistake }: { onFile: (file: File) => void; mistake: string | null }) {
  const words = useWords(importWords);
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const [file] = files ?? [];
    if (file) onFile(file);
  };
  return (
    <div className="stack">
      {mistake !== null && (
        <div role="alert">
          <Notice tone="bad">{mistake}</Notice>
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the button */}
      <div
        className={isOver ? 'drop-zone over' : 'drop-zone'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <span className="empty-sign">
          <Icon name="download" size={26} />
        </span>
        <h2>{words.drop}</h2>
        <p className="soft prose">{words.dropText}</p>
        <FileButton onFile={onFile}>{words.choose}</FileButton>
      </div>
    </div>
  );
}

export function FileButton({
  onFile,
  children,
  isQuiet = false,
}: {
  onFile: (file: File) => void;
  children: string;
  isQuiet?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,text/csv,application/json"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) onFile(file);
          // The same file may be chosen again, after it was changed.
          event.currentTarget.value = '';
        }}
      />
      <Button variant={isQuiet ? 'default' : 'filled'} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
