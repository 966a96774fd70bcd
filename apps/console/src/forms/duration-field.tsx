import { NativeSelect, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { texts } from '../language/define.ts';
import { useWords } from '../language/language.tsx';
import './duration-field.css';

export const units = ['Second', 'Minute', 'Hour', 'Day'] as const;
export type Unit = (typeof units)[number];
const sizes: Record<Unit, number> = { Second: 1, Minute: 60, Hour: 3600, Day: 86_400 };

const words = texts({
  Second: ['seconds', '秒'],
  Minute: ['minutes', '分钟'],
  Hour: ['hours', '小时'],
  Day: ['days', '天'],
  unit: ['Unit', '单位'],
});

/** The unit that was chosen, if it divides the number; else seconds. */
export const unitFor = (seconds: number, unit: Unit | undefined): Unit =>
  unit !== undefined && seconds % sizes[unit] === 0 ? unit : 'Second';

/** A span of time as a number and a unit. The number that is kept is always of seconds; the unit is only how it is shown. */
export function DurationField({
  label,
  seconds,
  unit,
  onChange,
  isDisabled = false,
  error,
}: {
  label: string;
  seconds: number;
  unit: Unit | undefined;
  onChange: (seconds: number, unit: Unit) => void;
  isDisabled?: boolean;
  error?: string;
}) {
  const said = useWords(words);
  const errorId = useId();
  const shown = unitFor(seconds, unit);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="duration">
      <div className="duration-fields">
        <TextInput
          aria-label={label}
          aria-describedby={error ? errorId : undefined}
          aria-invalid={error !== undefined}
          inputMode="numeric"
          value={typed ?? String(seconds / sizes[shown])}
          disabled={isDisabled}
          error={error !== undefined}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setTyped(text);
            onChange(Math.round(Number(text.replace(',', '.')) * sizes[shown]), shown);
          }}
          onBlur={() => setTyped(null)}
        />
        <NativeSelect
          aria-label={`${label}: ${said.unit}`}
          value={shown}
          disabled={isDisabled}
          data={units.map((name) => ({ value: name, label: said[name] }))}
          onChange={(event) => {
            const next = event.currentTarget.value as Unit;
            setTyped(null);
            // The same span in the new unit; where that is no whole number, the nearest one.
            const kept =
              seconds % sizes[next] === 0 ? seconds : Math.max(1, Math.round(seconds / sizes[next])) * sizes[next];
            onChange(kept, next);
          }}
        />
      </div>
      {error && (
        <p className="field-error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  );
}
