import { newEvent } from '../../audit/event.ts';
import type { Application } from '../../directory/application.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import type { Signer } from '../signer.ts';
import type { LogoutNotice, LogoutNoticeStore } from './notice.ts';

/** Posts a logout token to an application; resolves to null when it took it, else to what went wrong, in a word or two. */
export type PostLogoutToken = (uri: string, logoutToken: string) => Promise<string | null>;

/** How many are sent at the same time, and to one application: a slow one must not hold up the others. */
const mostAtOnce = 20;
const mostOfOneAtOnce = 4;
/** The same for applications that did not take the last one: they are tried one at a time, and all of them leave places to the others. */
const mostToFailingAtOnce = 10;

/**
 * How long after an attempt the next one comes, in seconds; after the last there is none. An attempt itself takes at most five seconds, so
 * a node that died while sending holds a notice up no longer than a failure does.
 */
const pausesSeconds = [10, 30, 120, 600, 1_800, 7_200, 21_600];
const maxAttempts = pausesSeconds.length + 1;

/** A token is sent as soon as it is signed. */
const tokenSeconds = 120;

/** Tells applications of logins that ended (OpenID Connect Back-Channel Logout 1.0): at least once, in no order. */
export function createLogoutDelivery(parts: {
  logoutNotices: LogoutNoticeStore;
  directory: Pick<Directory, 'applications' | 'findApplication'>;
  signer: Pick<Signer, 'sign'>;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
  postLogoutToken: PostLogoutToken;
}) {
  const { logoutNotices: store, directory, signer, secrets, clock, postLogoutToken } = parts;
  const sending = new Map<string, number>();
  /** Applications that did not take what this node sent them last. */
  const failing = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  let running: Promise<void> | null = null;
  let isWanted = false;

  /** Begins to send what is due. Resolves once all of it is under way or every place is taken; a place that gets free is filled again. */
  function deliver(): Promise<void> {
    isWanted = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  async function run(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      if (!directory.applications().some(({ backchannelLogoutUri }) => backchannelLogoutUri !== null)) return;
      // A place may have become free meanwhile, which asked for another round.
      if (await fillPlaces()) isWanted = true;
    }
  }

  /** True when it took something, so that there may be more. */
  async function fillPlaces(): Promise<boolean> {
    const limit = mostAtOnce - underWay.size;
    if (limit <= 0) return false;
    const busy = [...new Set([...sending.keys(), ...failing])].filter(isBusy);
    let isAnyTaken = false;
    for (const notice of await store.due(clock.now(), { limit, notOf: busy })) {
      if (isBusy(notice.applicationId)) continue;
      const pause = pausesSeconds[notice.attempts] ?? pausesSeconds[0] ?? 0;
      if (!(await store.take(notice, clock.now() + pause * 1000))) continue;
      isAnyTaken = true;
      begin({ ...notice, attempts: notice.attempts + 1 });
    }
    return isAnyTaken;
  }

  /** Whether an application is sent nothing more for now. */
  function isBusy(applicationId: string): boolean {
    const count = sending.get(applicationId) ?? 0;
    if (!failing.has(applicationId)) return count >= mostOfOneAtOnce;
    const toFailing = [...sending].reduce((sum, [id, each]) => sum + (failing.has(id) ? each : 0), 0);
    return count > 0 || toFailing >= mostToFailingAtOnce;
  }

  function begin(notice: LogoutNotice): void {
    const { applicationId } = notice;
    sending.set(applicationId, (sending.get(applicationId) ?? 0) + 1);
    // Where a store fails, the notice is due again by itself.
    const work = send(notice)
      .catch(() => {})
      .finally(() => {
        const left = (sending.get(applicationId) ?? 1) - 1;
        if (left > 0) sending.set(applicationId, left);
        else sending.delete(applicationId);
        underWay.delete(work);
        deliver().catch(() => {});
      });
    underWay.add(work);
  }

  async function send(notice: LogoutNotice): Promise<void> {
    const application = directory.findApplication(notice.applicationId);
    const uri = application?.backchannelLogoutUri ?? null;
    if (application === null || uri === null) {
      failing.delete(notice.applicationId);
      // Whoever has no address wants to hear nothing; but it may be new, and this node not know it yet.
      return notice.attempts < maxAttempts ? undefined : store.settle(notice.loginSessionId, null);
    }
    // A node died while it sent for the last time.
    if (notice.attempts > maxAttempts) return giveUp(notice, 'no answer');
    const trouble = await postLogoutToken(uri, await tokenFor(notice, application));
    if (trouble === null) failing.delete(application.id);
    else failing.add(application.id);
    if (trouble === null) await store.settle(notice.loginSessionId, null);
    else if (notice.attempts >= maxAttempts) await giveUp(notice, trouble);
  }

  /** A logout token (section 2.4). Its type and its missing `nonce` keep it from being taken for an ID token. */
  function tokenFor({ userId, loginSessionId }: LogoutNotice, application: Application): Promise<string> {
    const iat = Math.floor(clock.now() / 1000);
    const claims = {
      aud: application.id,
      iat,
      exp: iat + tokenSeconds,
      jti: secrets.randomToken(),
      sub: userId,
      ...(application.backchannelLogoutSessionRequired && { sid: loginSessionId }),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    };
    return signer.sign(claims, 'logout+jwt');
  }

  function giveUp(notice: LogoutNotice, reason: string): Promise<void> {
    const { userPoolId, applicationId, userId, loginSessionId, attempts } = notice;
    const facts = { userPoolId, applicationId, userId, loginSessionId, detail: { attempts, reason } };
    return store.settle(loginSessionId, newEvent(secrets, 'session.logout_undelivered', null, facts));
  }

  /** Resolves when nothing is under way. */
  async function settle(): Promise<void> {
    while (running !== null || underWay.size > 0) await Promise.all([running, ...underWay]);
  }

  return {
    deliver,
    settle,
    /** Begins nothing more, and resolves when what is under way is done. */
    stop(): Promise<void> {
      isStopped = true;
      return settle();
    },
  };
}

export type LogoutDelivery = ReturnType<typeof createLogoutDelivery>;
