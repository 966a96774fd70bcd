import { type ReactNode, useState } from 'react';
import { DurationField, type Unit } from '../../../forms/duration-field.tsx';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { isInRange, type LifetimeField } from '../../settings/login/strategy.ts';
import { loginWords } from '../../settings/login/words.ts';
import { OwnOrInherited } from './own-or-inherited.tsx';

export function OwnLifetime({
  field,
  own,
  inherited,
  isDisabled,
  lock,
  onChange,
}: {
  field: LifetimeField;
  own: number | undefined;
  inherited: number;
  isDisabled: boolean;
  lock: ReactNode;
  onChange: (seconds: number | undefined) => void;
}) {
  const words = useWords(loginWords);
  const formats = useFormats();
  const [unit, setUnit] = useState<Unit>('Second');
  return (
    <OwnOrInherited
      title={words[field]}
      isOwn={own !== undefined}
      inherited={formats.span(inherited)}
      isDisabled={isDisabled}
      lock={lock}
      onOwn={() => onChange(inherited)}
      onInherit={() => onChange(undefined)}
    >
      <DurationField
        label={words[field]}
        seconds={own ?? inherited}
        unit={unit}
        isDisabled={isDisabled}
        error={own !== undefined && !isInRange(own) ? words.outOfRange : undefined}
        onChange={(seconds, chosen) => {
          setUnit(chosen);
          onChange(seconds);
        }}
      />
    </OwnOrInherited>
  );
}
