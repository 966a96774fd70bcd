import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language/language.tsx';
import { Icon } from './icons.tsx';
import { partWords } from './words.ts';
import './pager.css';

/** Below a list with numbered pages. */
export function Pager({
  page,
  pages,
  text,
  onGo,
}: {
  page: number;
  pages: number;
  text: ReactNode;
  onGo: (page: number) => void;
}) {
  return (
    <Steps
      text={text}
      onBack={page > 1 ? () => onGo(page - 1) : null}
      onNext={page < pages ? () => onGo(page + 1) : null}
    />
  );
}

/** Below a list whose pages are found by a cursor: one way, and back to the beginning. */
export function Steps({
  text,
  onBack,
  onNext,
  isFirst = false,
}: {
  text?: ReactNode;
  onBack: (() => void) | null;
  onNext: (() => void) | null;
  isFirst?: boolean;
}) {
  const words = useWords(partWords);
  if (onBack === null && onNext === null) return <p className="pager">{text}</p>;
  return (
    <div className="pager">
      <span>{text}</span>
      <div className="row">
        {onBack && (
          <Button variant="default" size="xs" onClick={onBack} leftSection={<Icon name="left" size={14} />}>
            {isFirst ? words.newest : words.previous}
          </Button>
        )}
        {onNext && (
          <Button variant="default" size="xs" onClick={onNext} rightSection={<Icon name="right" size={14} />}>
            {words.next}
          </Button>
        )}
      </div>
    </div>
  );
}
