import type { SecuritySettingsDto } from '@passbeam/protocol';
import { Conflict } from '../../../forms/conflict.tsx';
import { useWhyNot } from '../../../forms/gate.tsx';
import { isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { useSave } from '../use-save.ts';
import { LifetimeSetting } from './lifetime-setting.tsx';
import { SeenByPage } from './seen-by-page.tsx';
import { isInRange, type Strategy } from './strategy.ts';
import { SwitchSetting } from './switch-setting.tsx';
import { TouchedApplications } from './touched-applications.tsx';
import { loginWords } from './words.ts';

export function LoginForm({ stored }: { stored: SecuritySettingsDto }) {
  const words = useWords(loginWords);
  const formats = useFormats();
  const { draft, change, changed, difference, isDirty, discard, saved } = useDraft<Strategy>(
    stored.qrcodeLoginStrategy,
  );
  const whyNoChange = useWhyNot('operator');
  const whyNoSwitch = useWhyNot('owner');
  const saving = useSave(stored.version);
  const locked = (field: keyof Strategy) => isLocked(stored.managed, `qrcodeLoginStrategy.${field}`);
  const isValid = isInRange(draft.qrcodeExpiresIn) && isInRange(draft.ticketExpiresIn);
  async function save(ifVersion?: number) {
    if (await saving.save({ qrcodeLoginStrategy: difference }, ifVersion)) saved(difference);
  }
  const shown = (value: unknown) =>
    typeof value === 'number'
      ? formats.span(value)
      : value === true
        ? words.on
        : value === false
          ? words.off
          : String(value ?? '');
  return (
    <>
      {saving.isConflict && (
        <Conflict
          fields={changed
            .filter((field) => field in words)
            .map((field) => ({
              title: words[field as keyof typeof words] as string,
              theirs: shown(stored.qrcodeLoginStrategy[field]),
              yours: shown(draft[field]),
            }))}
          onTakeTheirs={() => {
            saving.settle();
            discard();
          }}
          onSaveMine={() => save(stored.version)}
        />
      )}
      <Section id="app-scan-login" title={words.section} lead={words.sectionText}>
        <LifetimeSetting
          field="qrcodeExpiresIn"
          seconds={draft.qrcodeExpiresIn}
          unit={draft.qrcodeExpiresInUnit}
          onChange={(qrcodeExpiresIn, qrcodeExpiresInUnit) => change({ qrcodeExpiresIn, qrcodeExpiresInUnit })}
          isLocked={locked('qrcodeExpiresIn')}
          isDisabled={whyNoChange !== null}
          error={saving.wrong('qrcodeExpiresIn')}
        />
        <LifetimeSetting
          field="ticketExpiresIn"
          seconds={draft.ticketExpiresIn}
          unit={draft.ticketExpiresInUnit}
          onChange={(ticketExpiresIn, ticketExpiresInUnit) => change({ ticketExpiresIn, ticketExpiresInUnit })}
          isLocked={locked('ticketExpiresIn')}
          isDisabled={whyNoChange !== null}
          error={saving.wrong('ticketExpiresIn')}
        />
        <SwitchSetting
          field="returnFullUserInfo"
          isOn={draft.returnFullUserInfo}
          onChange={(returnFullUserInfo) => change({ returnFullUserInfo })}
          isLocked={locked('returnFullUserInfo')}
          whyNot={whyNoSwitch}
        />
        <SwitchSetting
          field="allowExchangeUserInfoFromBrowser"
          isOn={draft.allowExchangeUserInfoFromBrowser}
          onChange={(allowExchangeUserInfoFromBrowser) => change({ allowExchangeUserInfoFromBrowser })}
          isLocked={locked('allowExchangeUserInfoFromBrowser')}
          whyNot={whyNoSwitch}
        />
      </Section>
      <SeenByPage strategy={draft} />
      <TouchedApplications />
      <SaveBar isDirty={isDirty} isSaving={saving.isSaving} onDiscard={discard} onSave={() => isValid && save()} />
    </>
  );
}
