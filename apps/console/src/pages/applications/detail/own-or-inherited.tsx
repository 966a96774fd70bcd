import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../../language/language.tsx';
import { Tag } from '../../../parts/tag.tsx';
import '../../../forms/duration-field.css';
import { detailWords } from './words.ts';

/** A field that is inherited from the pool, or has a value of its own: either is said, and changed by a button. */
export function OwnOrInherited({
  title,
  isOwn,
  inherited,
  isDisabled,
  lock,
  onOwn,
  onInherit,
  children,
}: {
  title: string;
  isOwn: boolean;
  /** The value of the pool, in words. */
  inherited: string;
  isDisabled: boolean;
  /** Who writes it, where that is the configuration file. */
  lock: ReactNode;
  onOwn: () => void;
  onInherit: () => void;
  children: ReactNode;
}) {
  const words = useWords(detailWords);
  return (
    <div className="setting">
      <div className="setting-text">
        <h3>{title}</h3>
        <div className="setting-foot">
          {isOwn ? <Tag tone="accent">{words.ownValue}</Tag> : <span>{words.inherited(inherited)}</span>}
          {isOwn && <span>{words.instead(inherited)}</span>}
          {lock}
        </div>
      </div>
      <div className="stack" style={{ alignItems: 'flex-end', gap: 8 }}>
        {isOwn && children}
        {!isDisabled && (
          <Button variant="default" size="xs" onClick={isOwn ? onInherit : onOwn}>
            {isOwn ? words.backToPool : words.useOwn}
          </Button>
        )}
      </div>
    </div>
  );
}
