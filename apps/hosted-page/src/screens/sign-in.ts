import { isPhone } from '@passbeam/widget/parts';
import { button, el } from '../draw/dom.ts';
import { person } from '../draw/person.ts';
import { type Tab, tabs } from '../draw/tabs.ts';
import type { Screen, Stage } from '../stage.ts';
import { oneTimeCodePanel } from './one-time-code.ts';
import { passwordPanel } from './password.ts';
import { scanPanel } from './scan.ts';

/** Scan first, then password and one-time code. On a phone without an app to open, the code comes last: a phone cannot scan itself. */
export function signInScreen(stage: Stage): Screen {
  const { view, words } = stage;
  const { methods, application } = view;
  const hasApp = isPhone() && view.apps.length > 0;
  const scan: Tab[] = methods.qrcode
    ? [{ name: 'scan', label: hasApp ? words.openApp : words.scan, panel: scanPanel }]
    : [];
  const typed: Tab[] = [];
  if (methods.password) typed.push({ name: 'password', label: words.password, panel: passwordPanel });
  if (methods.passcode) typed.push({ name: 'passcode', label: words.oneTimeCode, panel: oneTimeCodePanel });
  const [first, ...others] = isPhone() && !hasApp ? [...typed, ...scan] : [...scan, ...typed];
  return {
    title: words.signIn,
    content: [
      whySignIn(stage),
      first ? tabs(stage, words.waysToSignIn, [first, ...others]) : el('p', { class: 'alert' }, words.noWay),
      signUpLink(stage),
      cancelButton(stage, words.cancel(application.name)),
    ],
  };
}

/** Where accounts are made by one-time code alone, signing in with one makes the account. */
function signUpLink({ view, words, go }: Stage): HTMLElement | null {
  const { signUp } = view.methods;
  if (signUp === null || signUp.with.length === 0) return null;
  const link = button('link', words.createAccount, () => go({ name: 'signUp' }));
  return el('p', { class: 'aside' }, words.noAccountYet, ' ', link);
}

export function cancelButton(stage: Stage, label: string): HTMLElement {
  return el(
    'p',
    { class: 'cancel' },
    button('link', label, () => void stage.run(() => stage.api.step('cancel'))),
  );
}

/** Why somebody who is signed in is asked all the same. */
function whySignIn({ view, words }: Stage): HTMLElement | null {
  const { why, account, application } = view;
  if (why === null || account === null) return null;
  const text =
    why === 'otherPerson' ? words.otherPerson(account.displayName, application.name) : words[why](account.displayName);
  return el('div', { class: 'notice' }, person(account, 'small'), el('p', {}, text));
}
