import { type ChangeEvent, useEffect, useRef, useState } from 'react';

const pause = 250;

/** A field whose text becomes part of the address when the person pauses. */
export function useTyped(stored: string, keep: (text: string) => void) {
  const [text, setText] = useState(stored);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(stored);
  // The address changed otherwise: back, a link, a chip that was removed.
  useEffect(() => {
    if (stored !== last.current) setText(stored);
    last.current = stored;
  }, [stored]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    value: text,
    onChange(event: ChangeEvent<HTMLInputElement>) {
      const next = event.currentTarget.value;
      setText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        last.current = next.trim();
        keep(next.trim());
      }, pause);
    },
  };
}
