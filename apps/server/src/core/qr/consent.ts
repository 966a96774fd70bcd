import type { ConsentContext } from '@passbeam/protocol';
import type { Directory } from '../directory/directory.ts';
import { describeUserAgent } from '../ground/user-agent.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { cleanText } from '../users/display.ts';
import type { QrSession } from './session.ts';

/** What the person is shown before deciding (threats T1). A stranger who makes a code can leave none of it out. */
export async function consentContext(
  parts: { directory: Directory; loginSessions: LoginSessionStore },
  session: QrSession,
  now: number,
  /** `ip` is null when nobody knows the phone's address. */
  scanner: { userId: string; ip: string | null },
): Promise<ConsentContext> {
  const application = parts.directory.getApplication(session.applicationId);
  const isShown = session.generatorUserAgent !== null;
  const browserHash = session.pollBinding === 'cookie' ? session.bindingHash : session.browserHash;
  const known = browserHash != null && (await parts.loginSessions.knowsBrowser(scanner.userId, browserHash));
  return {
    applicationName: cleanText(application.name),
    applicationDomain: application.domain,
    requestedAt: new Date(session.createdAt).toISOString(),
    ageSeconds: Math.max(0, Math.round((now - session.createdAt) / 1000)),
    ip: isShown ? session.generatorIp : null,
    // No geographic database is bundled: places and countries stay unknown rather than guessed.
    place: null,
    ...describeUserAgent(session.generatorUserAgent),
    ...(session.generatorLanguage != null && { language: session.generatorLanguage }),
    ...(session.isReportedBySite && { reportedBySite: true }),
    firstTimeOnThisBrowser: !known,
    ipMismatch: isShown && scanner.ip !== null ? session.generatorIp !== scanner.ip : null,
    countryMismatch: null,
    ...(session.scanner?.door !== undefined && { door: session.scanner.door }),
  };
}
