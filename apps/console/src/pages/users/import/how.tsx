import type { CreateUserImportDto } from '@passbeam/protocol';
import { useWhyNot } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import '../../applications/detail/rotate-dialog.css';
import { importWords } from './words.ts';

export type How = Required<Pick<CreateUserImportDto, 'mode' | 'passwords'>>;
const modes = ['new', 'newAndChanged'] as const;
const kinds = ['none', 'hashes', 'plain'] as const;

/** What becomes of people who are there, and of passwords if the file has any. */
export function HowSection({
  how,
  hasPasswords,
  onChange,
}: {
  how: How;
  hasPasswords: boolean;
  onChange: (how: How) => void;
}) {
  const words = useWords(importWords);
  const whyNotPlain = useWhyNot('owner');
  return (
    <Section title={words.how}>
      <div className="stack">
        <fieldset className="choices">
          <legend>{words.mode}</legend>
          {modes.map((mode) => (
            <label key={mode}>
              <input type="radio" name="mode" checked={how.mode === mode} onChange={() => onChange({ ...how, mode })} />
              {words[`mode_${mode}`]}
            </label>
          ))}
        </fieldset>
        {hasPasswords && (
          <fieldset className="choices">
            <legend>{words.passwords}</legend>
            {kinds.map((passwords) => (
              <label key={passwords} title={passwords === 'plain' ? (whyNotPlain ?? undefined) : undefined}>
                <input
                  type="radio"
                  name="passwords"
                  checked={how.passwords === passwords}
                  disabled={passwords === 'plain' && whyNotPlain !== null}
                  onChange={() => onChange({ ...how, passwords })}
                />
                {words[`passwords_${passwords}`]}
              </label>
            ))}
          </fieldset>
        )}
        {hasPasswords && how.passwords === 'plain' && <Notice tone="warn">{words.plainText}</Notice>}
        {hasPasswords && how.passwords !== 'none' && how.mode === 'newAndChanged' && (
          <p className="soft">{words.keepsPasswords}</p>
        )}
      </div>
    </Section>
  );
}
