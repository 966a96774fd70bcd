import { Switch, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { agreed } from '../../../forms/confirm.ts';
import { useWords } from '../../../language/language.tsx';
import type { SwitchField } from '../../settings/login/strategy.ts';
import { loginWords } from '../../settings/login/words.ts';
import { OwnOrInherited } from './own-or-inherited.tsx';

export function OwnSwitch({
  field,
  own,
  inherited,
  whyNot,
  lock,
  onChange,
}: {
  field: SwitchField;
  own: boolean | undefined;
  inherited: boolean;
  whyNot: string | null;
  lock: ReactNode;
  onChange: (isOn: boolean | undefined) => void;
}) {
  const words = useWords(loginWords);
  const isDisabled = whyNot !== null || lock !== null;
  const isFull = field === 'returnFullUserInfo';
  async function turn(isOn: boolean) {
    const question = {
      title: isFull ? words.fullAsk : words.exchangeAsk,
      text: isFull ? words.fullRisk : words.exchangeRisk,
      deed: words.turnOn,
    };
    if (!isOn || (await agreed(question))) onChange(isOn);
  }
  return (
    <OwnOrInherited
      title={words[field]}
      isOwn={own !== undefined}
      inherited={inherited ? words.on : words.off}
      isDisabled={isDisabled}
      lock={lock}
      onOwn={() => onChange(inherited)}
      onInherit={() => onChange(undefined)}
    >
      <Tooltip label={whyNot ?? ''} disabled={whyNot === null}>
        <Switch
          size="md"
          aria-label={words[field]}
          checked={own ?? inherited}
          disabled={isDisabled}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
      </Tooltip>
    </OwnOrInherited>
  );
}
