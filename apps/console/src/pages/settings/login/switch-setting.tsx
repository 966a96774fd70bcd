import { Switch, Tooltip } from '@mantine/core';
import { agreed } from '../../../forms/confirm.ts';
import { FileLock } from '../../../forms/locked.tsx';
import { useWords } from '../../../language/language.tsx';
import type { SwitchField } from './strategy.ts';
import { loginWords } from './words.ts';
import '../../../forms/duration-field.css';

/** One of the two switches that open something: turning it on asks first. */
export function SwitchSetting({
  field,
  isOn,
  onChange,
  isLocked,
  whyNot,
}: {
  field: SwitchField;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isLocked: boolean;
  whyNot: string | null;
}) {
  const words = useWords(loginWords);
  const isFull = field === 'returnFullUserInfo';
  async function turn(on: boolean) {
    if (!on) return onChange(false);
    const question = {
      title: isFull ? words.fullAsk : words.exchangeAsk,
      text: isFull ? words.fullRisk : words.exchangeRisk,
      deed: words.turnOn,
    };
    if (await agreed(question)) onChange(true);
  }
  return (
    <div className="setting is-switch" id={isFull ? 'return-full-user-info' : 'browser-exchange'}>
      <div className="setting-text">
        <h3>{words[field]}</h3>
        <p>{isFull ? words.fullText : words.exchangeText}</p>
        {isLocked && (
          <div className="setting-foot">
            <FileLock path={`qrcodeLoginStrategy.${field}`} />
          </div>
        )}
      </div>
      <Tooltip label={whyNot ?? ''} disabled={whyNot === null}>
        <Switch
          size="md"
          aria-label={words[field]}
          checked={isOn}
          disabled={isLocked || whyNot !== null}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
      </Tooltip>
    </div>
  );
}
