import { Button } from '@mantine/core';
import type { NextSecretDto } from '@passbeam/protocol';
import { Dialog } from '../../../forms/dialog.tsx';
import { useWords } from '../../../language/language.tsx';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Notice } from '../../../parts/states.tsx';
import { partWords } from '../../../parts/words.ts';
import { nextSecretWords } from './next-secret-words.ts';

/** The secret that comes next, to be put where it is used before it works. */
export function NextSecret({
  next,
  onClose,
  onRotate,
}: {
  next: NextSecretDto;
  onClose: () => void;
  onRotate: () => void;
}) {
  const words = useWords(nextSecretWords);
  const parts = useWords(partWords);
  return (
    <Dialog onClose={onClose} title={words.title} size="lg">
      <div className="stack">
        <Notice tone="info">{words.notYet}</Notice>
        <CodeBlock code={next.secret} label={words.title} />
        <p className="soft small">{words.until}</p>
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.close}
          </Button>
          <Button onClick={onRotate}>{words.rotateTo}</Button>
        </div>
      </div>
    </Dialog>
  );
}
