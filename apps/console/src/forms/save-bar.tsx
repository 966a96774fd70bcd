import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';
import { agreed } from './confirm.ts';
import './save-bar.css';

/** Stands at the bottom while a form has changes. Leaving the page then asks first. */
export function SaveBar({
  isDirty,
  isSaving,
  onSave,
  onDiscard,
  saveText,
}: {
  isDirty: boolean;
  isSaving: boolean;
  onSave: () => void;
  onDiscard: () => void;
  saveText?: string;
}) {
  const words = useWords(partWords);
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (!isDirty || current.pathname === next.pathname) return false;
      return !(await agreed({ title: words.leaveTitle, text: words.leaveText, deed: words.leave }));
    },
    enableBeforeUnload: () => isDirty,
  });
  if (!isDirty) return null;
  return (
    <section className="save-bar" aria-label={words.unsaved}>
      <span className="grow">{words.unsaved}</span>
      <Button variant="subtle" onClick={onDiscard} disabled={isSaving}>
        {words.discard}
      </Button>
      <Button onClick={onSave} loading={isSaving}>
        {saveText ?? words.save}
      </Button>
    </section>
  );
}
