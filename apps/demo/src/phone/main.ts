import { createApproval } from '@passbeam/sdk/approval';
import type { PhoneSettings } from '../app.ts';
import { avatar, button, el, show } from '../page/dom.ts';
import { languageTag } from '../page/language.ts';
import { openApprovalScreens } from './approval-screens.ts';
import { openPhoneSession, type PhoneSession } from './session.ts';
import { messageOf, signInScreen } from './sign-in-screen.ts';
import { words } from './words.ts';

/** The phone: a person signs in, and then approves codes. What happens to a code is the SDK's `createApproval`. */

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
  const approval = createApproval({
    host: settings.passbeamUrl,
    appId: settings.applicationId,
    userPoolId: settings.userPoolId,
    lang: languageTag,
    accessToken: session.accessToken,
  });
  const screens = openApprovalScreens({ approval, whoIs: session.whoIs, turnTo, signedOut });
  if (session.whoIs()) screens.draw();
  else showSignIn(null);

  function turnTo(screen: HTMLElement): void {
    const heading = screen.querySelector('h1')?.textContent ?? '';
    show(
      page,
      `${heading} · ${words.title}`,
      bar(session, () => void signOut()),
      screen,
    );
  }

  /** `goOn`: what was interrupted because nobody was signed in any more. */
  function showSignIn(notice: string | null, goOn = screens.draw): void {
    screens.leave();
    turnTo(
      signInScreen({
        notice,
        drawnAccount: settings.drawnAccount,
        async signIn(account, password) {
          await session.signIn(account, password);
          goOn();
        },
      }),
    );
  }

  function signedOut(goOn: () => void): void {
    session.forget();
    showSignIn(words.signInAgain, goOn);
  }

  async function signOut(): Promise<void> {
    const ended = session.signOut();
    showSignIn(null);
    approval.close();
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
