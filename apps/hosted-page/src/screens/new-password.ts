import { button, el } from '../draw/dom.ts';
import { createField, type Field } from '../draw/field.ts';
import { createForm } from '../draw/form.ts';
import type { Screen, Stage } from '../stage.ts';
import { oneTimeCode } from './one-time-code.ts';

/** "Forgot password?": a code by message, and with it a new password. */
export function forgotScreen(stage: Stage): Screen {
  const { view, words, api } = stage;
  return {
    title: words.resetPassword,
    content: [
      el('p', { class: 'lead' }, words.resetHint),
      oneTimeCode(stage, {
        channels: view.methods.passcode?.channels ?? ['email', 'phone'],
        sendBy: 'password/forgot',
        further: () => [newPassword(stage)],
        submit: words.savePassword,
        finish: (values) => api.step('password/reset', values),
      }),
      backToSignIn(stage),
    ],
  };
}

/** The password was right, but must not stay. */
export function passwordDueScreen(stage: Stage, token: string): Screen {
  const { words, api } = stage;
  return {
    title: words.passwordDue,
    content: [
      el('p', { class: 'lead' }, words.passwordDueHint),
      createForm(stage, {
        fields: [newPassword(stage)],
        submit: words.savePassword,
        send: async ({ password }) => stage.show(await api.step('password/due', { token, password })),
      }),
      backToSignIn(stage),
    ],
  };
}

function newPassword({ words }: Stage): Field {
  return createField(
    { name: 'password', label: words.newPassword, type: 'password', autocomplete: 'new-password', maxlength: 1024 },
    words,
  );
}

const backToSignIn = (stage: Stage) =>
  el(
    'p',
    { class: 'aside' },
    button('link', stage.words.back, () => stage.go({ name: 'main' })),
  );
