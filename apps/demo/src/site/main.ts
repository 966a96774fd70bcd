import '@passbeam/widget/define';
import type { SiteState } from '../app.ts';
import type { SignedInUser } from '../login-sessions.ts';
import { avatar, button, el, show } from '../page/dom.ts';
import { formatTime, languageTag } from '../page/language.ts';
import { BackendFailure, backend, type FailureCode } from './backend.ts';
import { codeText } from './code-text.ts';
import { words } from './words.ts';
import 'virtual:tokens.css';
import '../page/theme.css';
import './site.css';

const page = document.querySelector<HTMLElement>('#page') ?? document.body;
document.documentElement.lang = languageTag;
void open();

async function open(): Promise<void> {
  try {
    const state = await backend.getState();
    if (state.user) showHome(state.user);
    else showLogin(state);
  } catch (error) {
    showFailure(error, words.reload);
  }
}

function showLogin({ state, passbeamUrl, applicationId, userPoolId }: Extract<SiteState, { user: null }>): void {
  // With `state`, each QR code belongs to this browser's login as soon as it exists: see login.ts.
  const widget = el('passbeam-qr', { host: passbeamUrl, 'app-id': applicationId, state, lang: languageTag });
  const text = codeText(userPoolId);
  widget.addEventListener('created', ({ detail }) => text.show({ ...detail, expiresIn: widget.expiresIn }));
  for (const name of ['scanned', 'authorized', 'cancelled', 'expired'] as const) {
    widget.addEventListener(name, () => text.hide());
  }
  widget.addEventListener('authorized', (event) => {
    const { ticket, pollSecret } = event.detail;
    if (ticket === undefined) return showFailure(new BackendFailure('login_failed'), words.tryAgain);
    void logIn({ ticket, pollSecret });
  });

  show(
    page,
    words.title,
    header(),
    el(
      'main',
      { class: 'card split' },
      el(
        'div',
        { class: 'words' },
        el('h1', {}, words.signIn),
        el('p', { class: 'soft' }, words.lead),
        el('ol', { class: 'steps' }, ...words.steps.map((step) => el('li', {}, step))),
        el(
          'p',
          {},
          el(
            'a',
            { class: 'button plain', href: '/phone', target: '_blank', rel: 'noopener' },
            words.openPhone,
            el('span', { class: 'hidden' }, words.openPhoneTab),
          ),
        ),
      ),
      el('div', { class: 'code', 'data-testid': 'code' }, widget, text.element),
    ),
    el('footer', { class: 'explain soft' }, words.explain),
  );
}

async function logIn(login: Parameters<typeof backend.logIn>[0]): Promise<void> {
  try {
    const { user } = await backend.logIn(login);
    if (user) showHome(user);
  } catch (error) {
    showFailure(error, words.tryAgain);
  }
}

function showHome(user: SignedInUser): void {
  const fact = (name: string, value: string) => [el('dt', {}, name), el('dd', {}, value)];
  const picture = avatar(user);
  picture.classList.add('large');
  show(
    page,
    words.title,
    header(),
    el(
      'main',
      { class: 'card home' },
      el(
        'div',
        { class: 'person' },
        picture,
        el('div', {}, el('h1', {}, words.welcome(user.displayName)), el('p', { class: 'soft' }, words.signedIn)),
      ),
      el(
        'dl',
        { class: 'facts' },
        ...fact(words.account, user.username ?? user.userId),
        ...fact(words.when, formatTime(user.signedInAt)),
        ...fact(words.how, user.methods.includes('qr') ? words.byScan : words.byOther),
        ...fact(words.checked, words.checkedText),
      ),
      el(
        'p',
        {},
        button(words.signOut, 'button plain', () => void logOut()),
      ),
    ),
    el('footer', { class: 'explain soft' }, words.explain),
  );
}

async function logOut(): Promise<void> {
  try {
    await backend.logOut();
    await open();
  } catch (error) {
    showFailure(error, words.reload);
  }
}

function showFailure(error: unknown, wayOn: string): void {
  const code: FailureCode = error instanceof BackendFailure ? error.code : 'login_failed';
  show(
    page,
    words.title,
    header(),
    el(
      'main',
      { class: 'card home' },
      el('h1', {}, words.failed),
      el('p', { class: 'note bad', role: 'alert' }, words.reasons[code] ?? words.reasons.login_failed),
      el(
        'p',
        {},
        button(wayOn, 'button', () => void open()),
      ),
    ),
  );
}

function header(): HTMLElement {
  return el(
    'header',
    { class: 'bar' },
    el('img', { class: 'mark', alt: '', src: '/icon.svg' }),
    el('span', { class: 'brand' }, words.title),
    el('span', { class: 'tagline soft' }, words.tagline),
  );
}
