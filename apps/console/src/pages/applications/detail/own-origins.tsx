import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../../language/language.tsx';
import { OwnOrInherited } from './own-or-inherited.tsx';
import { detailWords } from './words.ts';

export function OwnOrigins({
  own,
  inherited,
  isDisabled,
  lock,
  error,
  onChange,
}: {
  own: string | undefined;
  inherited: string[];
  isDisabled: boolean;
  lock: ReactNode;
  error?: string;
  onChange: (origins: string | undefined) => void;
}) {
  const words = useWords(detailWords);
  return (
    <OwnOrInherited
      title={words.originsTitle}
      isOwn={own !== undefined}
      inherited={inherited.length < 3 ? inherited.join(', ') || words.originsOf(0) : words.originsOf(inherited.length)}
      isDisabled={isDisabled}
      lock={lock}
      onOwn={() => onChange(inherited.join('\n'))}
      onInherit={() => onChange(undefined)}
    >
      <Textarea
        aria-label={words.originsTitle}
        description={words.originsText}
        autosize
        minRows={2}
        w={300}
        maw="100%"
        spellCheck={false}
        value={own ?? ''}
        disabled={isDisabled}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </OwnOrInherited>
  );
}
