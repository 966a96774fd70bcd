import { NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import type { ApplicationDto, EndSessionsResultDto, UpdateApplicationDto } from '@passbeam/protocol';
import { writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { Conflict } from '../../../forms/conflict.tsx';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { clientAuthOf } from '../application-table.tsx';
import { linesOf } from '../wizard/kinds.ts';
import { DeleteApplication } from './delete-application.tsx';
import { useUpdate } from './use-update.ts';
import { detailWords } from './words.ts';

/** What the form holds: lists as lines. */
const draftOf = (application: ApplicationDto) => ({
  appName: application.appName,
  domain: application.domain ?? '',
  appDescription: application.appDescription ?? '',
  redirectUris: application.redirectUris.join('\n'),
  logoutRedirectUris: application.logoutRedirectUris.join('\n'),
  backchannelLogoutUri: application.backchannelLogoutUri ?? '',
  backchannelLogoutSessionRequired: application.backchannelLogoutSessionRequired,
  auth: clientAuthOf(application),
  pollBinding: application.pollBinding as string,
  approvesScans: application.approvesScans,
  savesCustomData: application.savesCustomData,
  enabled: application.enabled,
});
type Draft = ReturnType<typeof draftOf>;

/** Keys of the configuration file that are not called as in the call. */
const fileKeys: Readonly<Record<string, string>> = {
  appName: 'name',
  'oidcConfig.token_endpoint_auth_method': 'tokenEndpointAuthMethod',
};

/** Only what was changed, as the call takes it. */
function changeOf({
  auth,
  domain,
  redirectUris,
  logoutRedirectUris,
  backchannelLogoutUri,
  pollBinding,
  ...rest
}: Partial<Draft>): Partial<UpdateApplicationDto> {
  return {
    ...rest,
    ...(auth !== undefined && { oidcConfig: { token_endpoint_auth_method: auth as 'none' } }),
    ...(domain !== undefined && { domain: domain.trim() === '' ? null : domain.trim() }),
    ...(redirectUris !== undefined && { redirectUris: linesOf(redirectUris) }),
    ...(logoutRedirectUris !== undefined && { logoutRedirectUris: linesOf(logoutRedirectUris) }),
    ...(backchannelLogoutUri !== undefined && { backchannelLogoutUri: backchannelLogoutUri.trim() || null }),
    ...(pollBinding !== undefined && { pollBinding: pollBinding as 'none' }),
  };
}

export function SettingsTab({ application }: { application: ApplicationDto }) {
  const words = useWords(detailWords);
  const stored = draftOf(application);
  const { draft, change, changed, difference, isDirty, discard, saved } = useDraft(stored);
  const isDisabled = useWhyNot('operator') !== null;
  const update = useUpdate(application);
  const isFixed = (path: string) => isDisabled || isLocked(application.managed, path);
  /** What is said below the name of a field: its text, and who writes it where that is the file. */
  const about = (path: string, text?: string) =>
    isLocked(application.managed, path) ? (
      <>
        {text} <FileLock path={fileKeys[path] ?? path} />
      </>
    ) : (
      text
    );

  async function save(ifVersion?: number) {
    if (difference.enabled === false && !(await agreed(await aboutSwitchingOff()))) return;
    if (await update.save(changeOf(difference), ifVersion)) saved(difference);
  }
  /** How many logins would end; where that cannot be asked, at least that they end. */
  async function aboutSwitchingOff() {
    const counted = await writing<EndSessionsResultDto>(application.userPoolId, 'end-sessions', {
      appId: application.appId,
      dryRun: true,
    }).catch(() => null);
    const text = counted === null ? words.offText : words.offCount(counted.n, counted.isCapped ? '+' : '');
    return { title: words.offTitle(application.appName), text, deed: words.switchOff };
  }
  const field = (name: 'appName' | 'domain' | 'appDescription' | 'backchannelLogoutUri') => ({
    value: draft[name],
    disabled: isFixed(name),
    error: update.wrong(name),
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
    inputWrapperOrder: ['label', 'description', 'input', 'error'] as ('label' | 'description' | 'input' | 'error')[],
  });
  const toggle = (name: 'approvesScans' | 'savesCustomData' | 'enabled' | 'backchannelLogoutSessionRequired') => ({
    checked: draft[name],
    disabled: isFixed(name),
    onChange: (event: { currentTarget: { checked: boolean } }) => change({ [name]: event.currentTarget.checked }),
  });
  return (
    <>
      {update.isConflict && (
        <Conflict
          fields={changed.map((name) => ({ title: name, theirs: String(stored[name]), yours: String(draft[name]) }))}
          onTakeTheirs={() => {
            update.settle();
            discard();
          }}
          onSaveMine={() => save(application.version)}
        />
      )}
      <Section>
        <div className="stack">
          <TextInput label={words.name} description={about('appName')} {...field('appName')} />
          <TextInput label={words.domain} description={about('domain', words.domainText)} {...field('domain')} />
          <Textarea label={words.description} autosize minRows={2} {...field('appDescription')} />
          <NativeSelect
            label={words.auth}
            description={about('oidcConfig.token_endpoint_auth_method')}
            value={draft.auth}
            disabled={isFixed('oidcConfig.token_endpoint_auth_method')}
            onChange={(event) => change({ auth: event.currentTarget.value })}
            data={[
              { value: 'client_secret_post', label: words.authPost },
              { value: 'client_secret_basic', label: words.authBasic },
              { value: 'none', label: words.authNone },
            ]}
          />
          <Textarea
            label={words.redirects}
            description={about('redirectUris', words.redirectsText)}
            autosize
            minRows={2}
            spellCheck={false}
            value={draft.redirectUris}
            disabled={isFixed('redirectUris')}
            error={update.wrong('redirectUris')}
            onChange={(event) => change({ redirectUris: event.currentTarget.value })}
          />
          <Textarea
            label={words.logouts}
            description={about('logoutRedirectUris')}
            autosize
            minRows={2}
            spellCheck={false}
            value={draft.logoutRedirectUris}
            disabled={isFixed('logoutRedirectUris')}
            error={update.wrong('logoutRedirectUris')}
            onChange={(event) => change({ logoutRedirectUris: event.currentTarget.value })}
          />
          <TextInput
            label={words.backChannel}
            description={about('backchannelLogoutUri', words.backChannelText)}
            spellCheck={false}
            {...field('backchannelLogoutUri')}
          />
          {draft.backchannelLogoutUri.trim() !== '' && (
            <Switch
              label={words.backChannelSession}
              description={about('backchannelLogoutSessionRequired', words.backChannelSessionText)}
              {...toggle('backchannelLogoutSessionRequired')}
            />
          )}
          <NativeSelect
            label={words.binding}
            description={about('pollBinding')}
            value={draft.pollBinding}
            disabled={isFixed('pollBinding')}
            onChange={(event) => change({ pollBinding: event.currentTarget.value })}
            data={[
              { value: 'cookie', label: words.cookie },
              { value: 'secret', label: words.secret },
              { value: 'none', label: words.nobody },
            ]}
          />
          {draft.pollBinding === 'none' && <Notice tone="warn">{words.bindingNone}</Notice>}
          <Switch
            label={words.approves}
            description={about('approvesScans', words.approvesText)}
            {...toggle('approvesScans')}
          />
          <Switch
            label={words.saves}
            description={about('savesCustomData', words.savesText)}
            {...toggle('savesCustomData')}
          />
          <Switch label={words.enabled} description={about('enabled', words.enabledText)} {...toggle('enabled')} />
        </div>
      </Section>
      <DeleteApplication application={application} />
      <SaveBar isDirty={isDirty} isSaving={update.isSaving} onDiscard={discard} onSave={() => save()} />
    </>
  );
}
