import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language/language.tsx';
import { CodeBlock } from '../parts/copy.tsx';
import { Notice } from '../parts/states.tsx';
import { partWords } from '../parts/words.ts';
import { Dialog } from './dialog.tsx';

/** Shows a new secret. It closes by its button alone: a slip of the hand must not lose it. */
export function SecretOnce({
  title,
  secret,
  label,
  warning,
  onStored,
  children,
}: {
  title: string;
  secret: string;
  label: string;
  /** Whether and how it can be had again; absent: it cannot. */
  warning?: string | undefined;
  onStored: () => void;
  children?: ReactNode;
}) {
  const words = useWords(partWords);
  return (
    <Dialog title={title} size="lg">
      <div className="stack">
        <Notice tone="warn">{warning ?? words.secretOnce}</Notice>
        <CodeBlock code={secret} label={label} />
        {children}
        <div className="dialog-actions">
          <Button onClick={onStored}>{words.secretStored}</Button>
        </div>
      </div>
    </Dialog>
  );
}
