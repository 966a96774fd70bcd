import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Secrets } from '../ground/ports.ts';
import { checkCustomData } from '../users/custom/custom-data.ts';
import { newQrcodeId } from './id.ts';
import type { Quota } from './quota.ts';
import type { QrSession } from './session.ts';
import type { QrSessionStore } from './store.ts';

export interface CreateQrInput {
  application: Application;
  customData: Record<string, unknown> | undefined;
  withCustomData: boolean;
  /** The application proved its secret, or the caller has the authority of its pool. */
  isProved: boolean;
  /** base64url(SHA-256(poll secret)); binds the code to the holder of the secret. */
  pollChallenge: string | undefined;
  /** A value of the page's backend, which the exchange gives back. */
  state: string | undefined;
  caller: Caller;
  /** One person's network: an IPv4 address, or the /64 an IPv6 subscriber is given. */
  network: string;
  /** The browser that asks, when one does: its binding cookie, or null when it sent none. */
  browser: { cookie: string | null } | null;
  /**
   * What the phone is shown beside the address (threats T1). Who proves nothing is taken for a browser. Null for a site that proved
   * itself and told nothing: address and User-Agent are then its server's.
   */
  shown: { userAgent: string | null; acceptLanguage: string | null; isReportedBySite: boolean } | null;
}

export interface CreatedQr {
  qrcodeId: string;
  session: QrSession;
  lifetimeSeconds: number;
  /** A binding cookie to hand to the browser; null when it has one already or is not to get one. */
  cookieToSet: string | null;
}

/** Creates a code in PENDING (wire 2.1). Ids are ours alone: nothing in the request can choose one (threats T6). */
export function createQrCreation(parts: {
  qrSessions: QrSessionStore;
  directory: Directory;
  secrets: Secrets;
  quota: Quota;
}) {
  const { qrSessions, directory, secrets, quota } = parts;

  return async function create(input: CreateQrInput): Promise<CreatedQr> {
    const { application, caller, browser, shown } = input;
    if (input.customData !== undefined) checkCustomData(input.customData, 'customData');
    if (application.pollBinding === 'secret' && input.pollChallenge === undefined) {
      throw new DomainError('invalid_argument', { field: 'pollChallenge', reason: 'noPollChallenge' });
    }

    const { qrcodeExpiresIn } = directory.qrcodeLoginStrategy(application);
    const qrcodeId = newQrcodeId(secrets);
    const idHash = secrets.hash(qrcodeId);
    const pollBinding = input.pollChallenge === undefined ? application.pollBinding : 'secret';
    // Where a secret binds the session, the cookie binds nobody: it only marks the browser, so that it is known again later.
    const cookie = browser === null || pollBinding === 'none' ? null : (browser.cookie ?? secrets.randomToken());
    const cookieHash = cookie === null ? null : secrets.hash(cookie);
    const insert = () =>
      qrSessions.insert(
        {
          idHash,
          userPoolId: application.userPoolId,
          applicationId: application.id,
          status: 'PENDING',
          version: 1,
          customData: input.customData === undefined ? null : JSON.stringify(input.customData),
          withCustomData: input.withCustomData,
          isMadeByApplication: input.isProved,
          generatorIp: caller.ip,
          generatorNetwork: input.network,
          generatorUserAgent: shown === null ? null : (shown.userAgent?.slice(0, 256) ?? ''),
          generatorLanguage: firstLanguage(shown?.acceptLanguage ?? null),
          isReportedBySite: shown?.isReportedBySite ?? false,
          pollBinding,
          bindingHash: input.pollChallenge ?? cookieHash,
          browserHash: pollBinding === 'secret' ? cookieHash : null,
          state: input.state ?? null,
          isBound: false,
          receiverHash: null,
          scanner: null,
          ticket: null,
          failedExchanges: 0,
          foreignPollSeen: false,
          deliveredSessionId: null,
        },
        qrcodeExpiresIn,
        newEvent(secrets, 'qr.created', caller, {
          userPoolId: application.userPoolId,
          applicationId: application.id,
          codeHash: idHash,
        }),
      );
    const session = await quota.claim(application.id, input.network, insert);
    return {
      qrcodeId,
      session,
      lifetimeSeconds: qrcodeExpiresIn,
      cookieToSet: browser?.cookie === null ? cookie : null,
    };
  };
}

/** The first language asked for, without the parts of a tag that could hold free text (threats T3). */
function firstLanguage(acceptLanguage: string | null): string | null {
  const tag = /^\s*([a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?)\s*(?:[,;]|$)/i.exec(acceptLanguage ?? '')?.[1];
  return tag === undefined ? null : (Intl.getCanonicalLocales(tag)[0] ?? null);
}
