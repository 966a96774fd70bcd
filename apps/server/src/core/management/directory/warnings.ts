import type { WarningType } from '@passbeam/protocol';
import type { Application } from '../../directory/application.ts';
import type { Directory } from '../../directory/directory.ts';
import { type AppliedFileStore, alternatingFiles } from '../../directory/kept/applied-file.ts';
import type { OlderSecret } from '../../directory/kept/kept.ts';
import { lifetimeBounds, type QrcodeLoginStrategy } from '../../directory/settings.ts';
import type { Clock } from '../../ground/ports.ts';
import type { MessageSender } from '../../sign-in/message-sender.ts';
import type { Administrator } from '../administrator.ts';

export interface Warning {
  type: WarningType;
  /** Null: it is about the pool. */
  appId: string | null;
  /** Seconds, an instant in ISO 8601, or digests. */
  value: string | null;
}

/** An overlap that ends within this time, so that whoever still uses the older secret can be told. */
const endsSoonMs = 86_400_000;
const appliedFilesRead = 100;

/** What an operator should know about the state of the pool. Nothing is kept: a warning goes with its cause. */
export function createWarnings(parts: {
  directory: Directory;
  appliedFiles: Pick<AppliedFileStore, 'list'>;
  sender: Pick<MessageSender, 'missing'>;
  clock: Clock;
  publicUrl: string;
}) {
  const { directory, appliedFiles, sender, clock, publicUrl } = parts;

  return async function listWarnings({ userPoolId }: Administrator): Promise<Warning[]> {
    const now = clock.now();
    const pool = directory.getPool(userPoolId);
    const settings = pool.securitySettings;
    const applications = directory.applications().filter((one) => one.userPoolId === userPoolId && one.enabled);
    const ofPool = (isSo: boolean, type: WarningType, value: string | null = null): Warning[] =>
      isSo ? [{ type, appId: null, value }] : [];
    const hasOrigins = applications.some((application) => directory.allowedOrigins(application).length > 0);
    const files = alternatingFiles(await appliedFiles.list(appliedFilesRead), now);
    return [
      ...ofPool(files !== null, 'twoConfigurationFiles', files?.map((digest) => digest.slice(0, 12)).join(' ')),
      ...ofPool(publicUrl.startsWith('http:'), 'publicUrlHttp'),
      ...ofPool(!hasOrigins && settings.allowedOrigins.length === 0, 'noAllowedOrigins'),
      ...ofPool(!settings.registerDisabled, 'registrationOpen'),
      ...ofPool(sender.missing('email') !== null && sender.missing('phone') !== null, 'noMessages'),
      ...ofStrategy(settings.qrcodeLoginStrategy, null),
      ...endingSoon(pool.olderSecrets, null, now),
      ...applications.flatMap((application) => ofApplication(application, now)),
    ];
  };
}

function ofApplication(
  { id, pollBinding, customSecurityEnabled, ...application }: Application,
  now: number,
): Warning[] {
  const own = customSecurityEnabled ? (application.securityOverride.qrcodeLoginStrategy ?? {}) : {};
  return [
    ...(pollBinding === 'none' ? [{ type: 'pollBindingNone' as const, appId: id, value: null }] : []),
    ...ofStrategy(own, id),
    ...endingSoon(application.olderSecrets, id, now),
  ];
}

function ofStrategy(strategy: Partial<QrcodeLoginStrategy>, appId: string | null): Warning[] {
  const { qrcodeExpiresIn = 0, ticketExpiresIn = 0 } = strategy;
  const found: [boolean, WarningType, string | null][] = [
    [strategy.returnFullUserInfo === true, 'fullUserInfoOn', null],
    [strategy.allowExchangeUserInfoFromBrowser === true, 'browserExchangeOn', null],
    [qrcodeExpiresIn > lifetimeBounds.qrcodeExpiresIn.warnAbove, 'qrcodeLivesLong', String(qrcodeExpiresIn)],
    [ticketExpiresIn > lifetimeBounds.ticketExpiresIn.warnAbove, 'ticketLivesLong', String(ticketExpiresIn)],
  ];
  return found.filter(([isSo]) => isSo).map(([, type, value]) => ({ type, appId, value }));
}

function endingSoon(older: readonly OlderSecret[], appId: string | null, now: number): Warning[] {
  return older
    .filter(({ endsAt }) => endsAt > now && endsAt - now <= endsSoonMs)
    .map(({ endsAt }) => ({ type: 'secretEndsSoon', appId, value: new Date(endsAt).toISOString() }));
}
