import { DurationField, type Unit } from '../../../forms/duration-field.tsx';
import { FileLock } from '../../../forms/locked.tsx';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Notice } from '../../../parts/states.tsx';
import { isInRange, type LifetimeField, riskOf, usual } from './strategy.ts';
import { loginWords } from './words.ts';

/** How long a code or a ticket lives. */
export function LifetimeSetting({
  field,
  seconds,
  unit,
  onChange,
  isLocked,
  isDisabled,
  error,
}: {
  field: LifetimeField;
  seconds: number;
  unit: Unit | undefined;
  onChange: (seconds: number, unit: Unit) => void;
  isLocked: boolean;
  isDisabled: boolean;
  error?: string;
}) {
  const words = useWords(loginWords);
  const formats = useFormats();
  const risk = riskOf(field, seconds);
  const wrong = isInRange(seconds) ? error : words.outOfRange;
  return (
    <div className="setting" id={field === 'qrcodeExpiresIn' ? 'qr-code-validity' : 'ticket-validity'}>
      <div className="setting-text">
        <h3>{words[field]}</h3>
        <p>{field === 'qrcodeExpiresIn' ? words.qrcodeText : words.ticketText}</p>
        <div className="setting-foot">
          <span>{words.usually(formats.span(usual[field]))}</span>
          <span>{words.fromTo}</span>
          {seconds !== usual[field] && !isDisabled && !isLocked && (
            <button type="button" className="text-button small" onClick={() => onChange(usual[field], 'Second')}>
              {words.back}
            </button>
          )}
          {isLocked && <FileLock path={`qrcodeLoginStrategy.${field}`} />}
        </div>
      </div>
      <DurationField
        label={words[field]}
        seconds={seconds}
        unit={unit}
        onChange={onChange}
        isDisabled={isLocked || isDisabled}
        error={wrong}
      />
      {risk && <Notice tone="warn">{words[risk]}</Notice>}
    </div>
  );
}
