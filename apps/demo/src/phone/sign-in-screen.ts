import { PassbeamError } from '@passbeam/sdk';
import { button, el } from '../page/dom.ts';
import { words } from './words.ts';

/** Asks for account and password. When `signIn` rejects, its error's message is shown. */
export function signInScreen(parts: {
  /** Why the person has to sign in again. */
  notice: string | null;
  /** What this app is. */
  lead: string;
  /** Where people who try the demo find the password. */
  hint: string | null;
  /** The other app that the phone can be. */
  other: { label: string; choose(): void } | null;
  signIn(account: string, password: string): Promise<void>;
}): HTMLElement {
  const account = el('input', {
    id: 'account',
    name: 'account',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '256',
    required: true,
  });
  const password = el('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    maxlength: '1024',
    required: true,
  });
  const submit = el('button', { type: 'submit', class: 'button wide' }, words.signIn);
  const alert = el('p', { role: 'alert', class: 'alert' });
  const form = el(
    'form',
    { class: 'stack', novalidate: true },
    el('div', { class: 'field' }, el('label', { for: 'account' }, words.account), account),
    el('div', { class: 'field' }, el('label', { for: 'password' }, words.password), password),
    alert,
    submit,
  );

  const complain = (message: string) =>
    alert.replaceChildren(message ? el('span', { class: 'note bad' }, message) : '');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });

  async function send(): Promise<void> {
    complain('');
    if (account.value.trim() === '' || password.value === '') {
      complain(words.fillIn);
      (account.value.trim() === '' ? account : password).focus();
      return;
    }
    submit.disabled = true;
    submit.textContent = words.signingIn;
    try {
      await parts.signIn(account.value.trim(), password.value);
    } catch (error) {
      complain(messageOf(error));
      password.select();
    } finally {
      submit.disabled = false;
      submit.textContent = words.signIn;
    }
  }

  return el(
    'main',
    { class: 'screen' },
    el('h1', {}, words.signInHeading),
    parts.notice === null ? null : el('p', { class: 'note warn', role: 'status' }, parts.notice),
    el('p', { class: 'soft' }, parts.lead),
    parts.hint === null ? null : el('p', { class: 'note' }, parts.hint),
    form,
    parts.other && button(parts.other.label, 'link other', parts.other.choose),
  );
}

/** The message for the person: the server's own where it answered, since the SDK asks for them in the person's language. */
export function messageOf(error: unknown): string {
  if (!(error instanceof PassbeamError)) throw error;
  if (error.code === 'wrong_credentials') return words.wrongCredentials;
  if (error.code === 'network_error' || error.code === 'timeout') return words.unreachable;
  return error.message;
}
