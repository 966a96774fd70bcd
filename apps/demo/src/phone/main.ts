import { createApproval } from '@passbeam/sdk/approval';
import type { PhoneSettings } from '../app.ts';
import { avatar, button, el, show } from '../page/dom.ts';
import { languageTag } from '../page/language.ts';
import { accessScreen } from './access-screen.ts';
import { openApprovalScreens } from './approval-screens.ts';
import { openCompanySession } from './company-session.ts';
import { openPhoneSession, type Person } from './session.ts';
import { messageOf, signInScreen } from './sign-in-screen.ts';
import { words } from './words.ts';
import 'virtual:tokens.css';
import '../page/theme.css';
import './phone.css';

/**
 * The phone: a person signs in, and then approves codes. What happens to a code is the SDK's `createApproval`. The phone is one of two
 * apps: the demo's own, whose people are passbeam's, or the app of a company that has an auth server.
 */

const page = document.querySelector<HTMLElement>('#page') ?? document.body;
document.documentElement.lang = languageTag;
void open();

async function open(): Promise<void> {
  try {
    const response = await fetch('/phone/settings');
    if (!response.ok) throw new TypeError(`HTTP ${response.status}`);
    const settings: PhoneSettings = await response.json();
    startPhone(settings);
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

/** Remembers which app the phone is. */
const appKey = 'demo-phone-app';

function startPhone(settings: PhoneSettings): void {
  const sessions = { own: openPhoneSession(settings), company: openCompanySession() };
  const { companyAccount } = settings;
  let app: keyof typeof sessions =
    companyAccount !== null && sessionStorage.getItem(appKey) === 'company' ? 'company' : 'own';
  const session = () => sessions[app];

  const approval = createApproval({
    host: settings.passbeamUrl,
    appId: settings.applicationId,
    userPoolId: settings.userPoolId,
    lang: languageTag,
    accessToken: (refused) => session().accessToken(refused),
  });
  const screens = openApprovalScreens({ approval, whoIs: () => session().whoIs(), otherDeed, turnTo, signedOut });
  if (session().whoIs()) screens.draw();
  else showSignIn(null);

  function turnTo(screen: HTMLElement): void {
    const heading = screen.querySelector('h1')?.textContent ?? '';
    const title = words.apps[app].title;
    show(
      page,
      `${heading} · ${title}`,
      bar({ title, person: session().whoIs(), signOut: () => void signOut() }),
      screen,
    );
  }

  function otherDeed(): HTMLElement | null {
    return session().access && button(words.access, 'link other', showAccess);
  }

  function showAccess(): void {
    const { access } = session();
    if (access === null) return;
    screens.leave();
    turnTo(accessScreen({ access, back: screens.draw, signedOut: () => signedOut(showAccess) }));
  }

  /** `goOn`: what was interrupted because nobody was signed in any more. */
  function showSignIn(notice: string | null, goOn = screens.draw): void {
    screens.leave();
    turnTo(
      signInScreen({
        notice,
        lead: words.apps[app].lead,
        hint: hintOf(app),
        other: companyAccount === null ? null : { label: words.apps[app].other, choose: beOtherApp },
        async signIn(account, password) {
          await session().signIn(account, password);
          goOn();
        },
      }),
    );
  }

  /** Where people who try the demo find the password. */
  function hintOf(which: typeof app): string | null {
    if (which === 'company') return companyAccount && words.companyDrawn(companyAccount);
    return settings.drawnAccount && words.drawn(settings.drawnAccount);
  }

  function beOtherApp(): void {
    app = app === 'own' ? 'company' : 'own';
    sessionStorage.setItem(appKey, app);
    if (session().whoIs()) screens.draw();
    else showSignIn(null);
  }

  function signedOut(goOn: () => void): void {
    session().forget();
    showSignIn(words.signInAgain, goOn);
  }

  async function signOut(): Promise<void> {
    const ended = session().signOut();
    showSignIn(null);
    approval.close();
    // The phone is signed out here in any case. If the server did not get the call, the token expires by itself.
    await ended.catch(messageOf);
  }
}

function bar(about?: { title: string; person: Person | null; signOut(): void }): HTMLElement {
  const person = about?.person ?? null;
  return el(
    'header',
    { class: 'bar' },
    el('img', { class: 'mark', alt: '', src: '/icon.svg' }),
    el('span', { class: 'brand' }, about?.title ?? words.title),
    person && about
      ? el(
          'span',
          { class: 'holder' },
          avatar(person),
          el('span', { class: 'name' }, el('span', { class: 'hidden' }, `${words.signedInAs} `), person.displayName),
          button(words.signOut, 'link', about.signOut),
        )
      : null,
  );
}
