import { Button, TextInput } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';
import { type Asked, questions } from './confirm.ts';
import { Dialog } from './dialog.tsx';

/** The question that is asked now, if one is. */
export function ConfirmDialog() {
  const asked = useSyncExternalStore(questions.subscribe, questions.current);
  return asked === null ? null : <Question key={asked.title} {...asked} />;
}

function Question({ title, text, deed, isDangerous = true, typed, answer }: Asked) {
  const words = useWords(partWords);
  const [given, setGiven] = useState('');
  return (
    <Dialog onClose={() => answer(false)} title={title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          answer(true);
        }}
      >
        {text && <div>{text}</div>}
        {typed !== undefined && (
          <TextInput
            label={words.typeToConfirm(typed)}
            value={given}
            onChange={(event) => setGiven(event.currentTarget.value)}
            autoComplete="off"
          />
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={() => answer(false)} data-autofocus>
            {words.cancel}
          </Button>
          <Button
            type="submit"
            color={isDangerous ? 'red' : 'accent'}
            disabled={typed !== undefined && given.trim() !== typed}
          >
            {deed}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
