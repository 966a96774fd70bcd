import { type ConsentContext, parseQrPayload } from '@passbeam/sdk';
import type { PhoneSettings } from '../app.ts';
import { avatar, button, el, show } from '../page/dom.ts';
import { languageTag } from '../page/language.ts';
import { consentScreen } from './consent-screen.ts';
import { failureOf, messageOf } from './outcome.ts';
import { resultScreen } from './result-screen.ts';
import { type Door, scanScreen } from './scan-screen.ts';
import { openPhoneSession, type PhoneSession } from './session.ts';
import { signInScreen } from './sign-in-screen.ts';
import { type Outcome, words } from './words.ts';

/**
 * The screens of the phone, and what leads from one to the next:
 *
 *   sign in -> scan -> consent -> result -> scan …
 *      ^________|_________|   when the server says the login is over
 */

const page = document.querySelector<HTMLElement>('#page') ?? document.body;
document.documentElement.lang = languageTag;
void open();

async function open(): Promise<void> {
  try {
    const response = await fetch('/phone/settings');
    if (!response.ok) throw new TypeError(`HTTP ${response.status}`);
    const settings: PhoneSettings = await response.json();
    startPhone(settings, openPhoneSession(settings));
  } catch {
    show(
      page,
      words.title,
      bar(),
      el(
        'main',
        { class: 'screen' },
        el('h1', {}, words.notLoaded),
        el('p', { class: 'note bad', role: 'alert' }, words.unreachable),
        button(words.tryAgain, 'button wide', () => void open()),
      ),
    );
  }
}

function startPhone(settings: PhoneSettings, session: PhoneSession): void {
  /** Stops what the previous screen left running, such as its camera. */
  let leave = new AbortController();
  if (session.whoIs()) showScan();
  else showSignIn(null);

  function turnTo(screen: HTMLElement, heading = screen.querySelector('h1')?.textContent ?? ''): void {
    show(
      page,
      `${heading} · ${words.title}`,
      bar(session, () => void signOut()),
      screen,
    );
  }

  function begin(): AbortSignal {
    leave.abort();
    leave = new AbortController();
    return leave.signal;
  }

  function showSignIn(notice: string | null): void {
    begin();
    turnTo(
      signInScreen({
        notice,
        drawnAccount: settings.drawnAccount,
        messageOf,
        async signIn(account, password) {
          await session.signIn(account, password);
          showScan();
        },
      }),
    );
  }

  function showScan(): void {
    const signal = begin();
    turnTo(scanScreen({ signal, take }));
  }

  /** Checks a scanned text. A code of ours is sent to the server; for any other text this returns what is wrong with it. */
  function take(text: string, door?: Door): string | null {
    const code = parseQrPayload(text, { host: settings.passbeamUrl });
    if (!code) return words.notALoginCode;
    // A code of another user pool belongs to another service: not even its id is sent anywhere.
    if (code.userPoolId !== null && code.userPoolId !== settings.userPoolId) return words.foreignCode;
    void scan(code.qrcodeId, door);
    return null;
  }

  async function scan(qrcodeId: string, door?: Door): Promise<void> {
    begin();
    turnTo(
      el(
        'main',
        { class: 'screen result' },
        el('span', { class: 'busy', 'aria-hidden': 'true' }),
        el('h1', {}, words.checking),
      ),
    );
    try {
      const { consent, expiresIn } = await session.client.setQrCodeStatus({ qrcodeId, action: 'SCAN', door });
      showConsent(qrcodeId, consent ?? null, expiresIn ?? null);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'signedOut') return signInAgain();
      if (failure.kind === 'ended') return showResult(failure.outcome);
      showTrouble(failure.message, () => void scan(qrcodeId, door));
    }
  }

  function showConsent(qrcodeId: string, context: ConsentContext | null, expiresIn: number | null): void {
    const person = session.whoIs();
    if (!person) {
      showSignIn(null);
      return;
    }
    const signal = begin();
    turnTo(
      consentScreen({
        person,
        context,
        expiresIn,
        signal,
        expired: () => showResult('expired'),
        async answer(action) {
          try {
            await session.client.setQrCodeStatus({ qrcodeId, action });
            showResult(action === 'CONFIRM' ? 'confirmed' : 'declined');
          } catch (error) {
            const failure = failureOf(error);
            if (failure.kind === 'trouble') return { trouble: failure.message };
            if (failure.kind === 'signedOut') signInAgain();
            else showResult(failure.outcome);
          }
          return null;
        },
      }),
    );
  }

  function showResult(outcome: Outcome): void {
    begin();
    turnTo(resultScreen(outcome, showScan));
  }

  function showTrouble(message: string, tryAgain: () => void): void {
    begin();
    turnTo(
      el(
        'main',
        { class: 'screen' },
        el('h1', {}, words.failed),
        el('p', { class: 'note bad', role: 'alert' }, message),
        button(words.tryAgain, 'button wide', tryAgain),
        button(words.scanAnother, 'button plain wide', showScan),
      ),
    );
  }

  function signInAgain(): void {
    session.forget();
    showSignIn(words.signInAgain);
  }

  async function signOut(): Promise<void> {
    const ended = session.signOut();
    showSignIn(null);
    // The phone is signed out here in any case. If the server did not get the call, the token expires by itself.
    await ended.catch(messageOf);
  }
}

function bar(session?: PhoneSession, signOut?: () => void): HTMLElement {
  const person = session?.whoIs() ?? null;
  return el(
    'header',
    { class: 'bar' },
    el('img', { class: 'mark', alt: '', src: '/icon.svg' }),
    el('span', { class: 'brand' }, words.title),
    person && signOut
      ? el(
          'span',
          { class: 'holder' },
          avatar(person),
          el('span', { class: 'name' }, el('span', { class: 'hidden' }, `${words.signedInAs} `), person.displayName),
          button(words.signOut, 'link', signOut),
        )
      : null,
  );
}
