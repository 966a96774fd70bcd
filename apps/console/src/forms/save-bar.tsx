import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type FocusEvent, useEffect, useRef } from 'react';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';
import { agreed } from './confirm.ts';
import './save-bar.css';

/**
 * Stands at the bottom while a form has changes. Leaving the page then asks first. When it goes with the focus on it, the field that
 * had the focus before has it again.
 */
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
  const cameFrom = useRef<HTMLElement | null>(null);
  const noteField = ({ relatedTarget, currentTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
      cameFrom.current = relatedTarget;
  };
  useEffect(() => {
    if (!isDirty && document.activeElement === document.body) cameFrom.current?.focus({ preventScroll: true });
  }, [isDirty]);
  if (!isDirty) return null;
  return (
    <section className="save-bar" aria-label={words.unsaved} onFocus={noteField}>
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
