import { Switch } from '@mantine/core';
import type { ApplicationDto, SecuritySettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading } from '../../../api/pool.ts';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded, Notice } from '../../../parts/states.tsx';
import { isInRange } from '../../settings/login/strategy.ts';
import { linesOf } from '../wizard/kinds.ts';
import { OwnLifetime } from './own-lifetime.tsx';
import { OwnOrigins } from './own-origins.tsx';
import { OwnSwitch } from './own-switch.tsx';
import { useUpdate } from './use-update.ts';
import { detailWords } from './words.ts';

/** What the application has instead of the pool's values; undefined: inherited. */
export interface Override {
  isOn: boolean;
  qrcodeExpiresIn?: number;
  ticketExpiresIn?: number;
  returnFullUserInfo?: boolean;
  allowExchangeUserInfoFromBrowser?: boolean;
  origins?: string;
}

function overrideOf({ customSecurityEnabled, securityOverride }: ApplicationDto): Override {
  const { qrcodeExpiresIn, ticketExpiresIn, returnFullUserInfo, allowExchangeUserInfoFromBrowser } =
    securityOverride.qrcodeLoginStrategy ?? {};
  return {
    isOn: customSecurityEnabled,
    qrcodeExpiresIn,
    ticketExpiresIn,
    returnFullUserInfo,
    allowExchangeUserInfoFromBrowser,
    origins: securityOverride.allowedOrigins?.join('\n'),
  };
}

const isGiven = ([, value]: [string, unknown]) => value !== undefined;

/** The call replaces the override whole. */
function changeOf({ isOn, origins, ...strategy }: Override) {
  const own = Object.fromEntries(Object.entries(strategy).filter(isGiven));
  return {
    customSecurityEnabled: isOn,
    securityOverride: {
      ...(Object.keys(own).length > 0 && { qrcodeLoginStrategy: own }),
      ...(origins !== undefined && { allowedOrigins: linesOf(origins) }),
    },
  };
}

export function SecurityTab({ application }: { application: ApplicationDto }) {
  const settings = useQuery(reading<SecuritySettingsDto>(application.userPoolId, 'get-security-settings'));
  return (
    <Loaded query={settings} rows={8}>
      {(pool) => <SecurityForm application={application} pool={pool} />}
    </Loaded>
  );
}

function SecurityForm({ application, pool }: { application: ApplicationDto; pool: SecuritySettingsDto }) {
  const words = useWords(detailWords);
  const { draft, change, difference, isDirty, discard, saved } = useDraft(overrideOf(application));
  const whyNoChange = useWhyNot('operator');
  const whyNoSwitch = useWhyNot('owner');
  const update = useUpdate(application);
  const strategy = pool.qrcodeLoginStrategy;
  const lockOf = (path: string) => (isLocked(application.managed, path) ? <FileLock path={path} /> : null);
  /** Where a field is set: whether it may be changed, and who writes it. */
  const placeOf = (path: string) => ({
    lock: lockOf(path),
    isDisabled: whyNoChange !== null || isLocked(application.managed, path),
  });
  const isValid = [draft.qrcodeExpiresIn, draft.ticketExpiresIn].every(
    (seconds) => seconds === undefined || isInRange(seconds),
  );
  async function save() {
    if (!isValid) return;
    if (await update.save(changeOf(draft), update.isConflict ? application.version : undefined)) saved(difference);
  }
  return (
    <>
      <Section>
        <Switch
          size="md"
          label={words.own}
          description={
            <>
              {words.ownText} {lockOf('customSecurityEnabled')}
            </>
          }
          checked={draft.isOn}
          disabled={placeOf('customSecurityEnabled').isDisabled}
          onChange={(event) => change({ isOn: event.currentTarget.checked })}
        />
        {!draft.isOn && application.customSecurityEnabled && (
          <div style={{ marginTop: 12 }}>
            <Notice tone="info">{words.turnBack}</Notice>
          </div>
        )}
      </Section>
      {draft.isOn && (
        <Section>
          {(['qrcodeExpiresIn', 'ticketExpiresIn'] as const).map((field) => (
            <OwnLifetime
              key={field}
              field={field}
              own={draft[field]}
              inherited={strategy[field]}
              {...placeOf(`securityOverride.qrcodeLoginStrategy.${field}`)}
              onChange={(seconds) => change({ [field]: seconds })}
            />
          ))}
          {(['returnFullUserInfo', 'allowExchangeUserInfoFromBrowser'] as const).map((field) => (
            <OwnSwitch
              key={field}
              field={field}
              own={draft[field]}
              inherited={strategy[field]}
              whyNot={whyNoSwitch}
              lock={lockOf(`securityOverride.qrcodeLoginStrategy.${field}`)}
              onChange={(isOn) => change({ [field]: isOn })}
            />
          ))}
          <OwnOrigins
            own={draft.origins}
            inherited={linesOf(pool.allowedOrigins ?? '')}
            {...placeOf('securityOverride.allowedOrigins')}
            error={update.wrong('securityOverride') ?? update.wrong('allowedOrigins')}
            onChange={(origins) => change({ origins })}
          />
        </Section>
      )}
      <SaveBar isDirty={isDirty} isSaving={update.isSaving} onDiscard={discard} onSave={save} />
    </>
  );
}
