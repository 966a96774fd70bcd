import type { InteractionView, PageCodeView } from '@passbeam/protocol';
import type { HostedPage, PageCode } from '../../../core/authorization/hosted-page.ts';
import type { OpenInteraction } from '../../../core/authorization/interactions.ts';
import type { DeviceInQuestion } from '../../../core/authorization/request.ts';
import type { Application } from '../../../core/directory/application.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import { qrLink } from '../../../core/qr/payload.ts';
import { cleanText, displayName, maskedIdentifier, photoUrl } from '../../../core/users/display.ts';

export interface ViewParts {
  hostedPage: Pick<HostedPage, 'offersOf'>;
  directory: Directory;
  publicUrl: string;
  clock: { now(): number };
  imageUrl(qrcodeId: string): string;
}

/** What the page is told of an interaction. */
export function interactionView(opened: OpenInteraction, parts: ViewParts): InteractionView {
  const { id, interaction, application, present, decision, formToken } = opened;
  const { hostedPage, directory, publicUrl, clock } = parts;
  const { request, state } = interaction;
  const step = state.outcome !== null ? 'leave' : (decision.ask ?? 'leave');
  const scopes = request.scope.split(' ').filter((scope) => scope !== '');
  return {
    uuid: id,
    step,
    purpose: request.device === undefined ? 'authorize' : 'device',
    formToken,
    expiresInSeconds: Math.max(0, Math.ceil((interaction.expiresAt - clock.now()) / 1000)),
    application: applicationView(application, directory),
    pool: { name: cleanText(directory.getPool(application.userPoolId).name) },
    methods: hostedPage.offersOf(application),
    apps: directory
      .appsThatOpenLinks()
      .filter(({ userPoolId }) => userPoolId === application.userPoolId)
      .map(({ name, logoUrl, appleAppIds, androidApps, appStoreUrl, androidStoreUrl }) => ({
        name: cleanText(name),
        logoUrl: httpsOnly(logoUrl),
        ...{ appleAppIds, androidApps, appStoreUrl, androidStoreUrl },
      })),
    account:
      present === null
        ? null
        : {
            displayName: displayName(present.user),
            photo: photoUrl(present.user, publicUrl),
            identifier: maskedIdentifier(present.user),
          },
    why: decision.ask === 'signIn' ? decision.why : null,
    hints: { login: request.loginHint },
    consent:
      step === 'consent'
        ? {
            scopes: scopes.filter((scope) => scope !== 'offline_access'),
            offlineAccess: scopes.includes('offline_access'),
          }
        : null,
    locale: request.locale,
    leaveUrl: step === 'leave' ? leaveUrl(publicUrl, opened) : null,
    device: deviceView(request.device),
  };
}

function leaveUrl(publicUrl: string, { id, interaction }: OpenInteraction): string {
  return interaction.request.device === undefined
    ? `${publicUrl}/oidc/auth/${id}`
    : `${publicUrl}/device/done?uuid=${id}`;
}

function deviceView(device: DeviceInQuestion | undefined): InteractionView['device'] {
  return device === undefined ? null : { userCode: device.userCode, ip: device.ip, userAgent: device.userAgent };
}

function applicationView(application: Application, directory: Directory): InteractionView['application'] {
  const { brand } = directory.getPool(application.userPoolId);
  return {
    id: application.id,
    name: cleanText(application.name),
    domain: application.domain,
    logoUrl: httpsOnly(application.logoUrl ?? brand.logoUrl),
    color: application.color ?? brand.color,
    termsUrl: application.termsUrl ?? brand.termsUrl,
    kind: application.kind,
    homeUrl: application.profile.initLoginUri,
  };
}

/** A picture over plain http would be blocked on a page of https. */
function httpsOnly(url: string | null): string | null {
  return url?.startsWith('https:') ? url : null;
}

export function pageCodeView(code: PageCode, { application }: OpenInteraction, parts: ViewParts): PageCodeView {
  const { status, qrcodeId, user, secondsLeft } = code;
  const link = application.qrPayload === 'link' && qrcodeId !== undefined ? qrLink(parts.publicUrl, qrcodeId) : null;
  return {
    status,
    ...(qrcodeId === undefined ? {} : { qrcodeId }),
    ...(status === 'PENDING' && qrcodeId !== undefined ? { url: parts.imageUrl(qrcodeId) } : {}),
    ...(status === 'PENDING' && link !== null ? { link } : {}),
    ...(user === undefined ? {} : { briefUserInfo: user }),
    ...(secondsLeft === undefined ? {} : { expiresIn: secondsLeft }),
  };
}
