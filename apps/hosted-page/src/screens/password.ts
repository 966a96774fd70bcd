import { button, el } from '../draw/dom.ts';
import { createField } from '../draw/field.ts';
import { createForm } from '../draw/form.ts';
import type { Stage } from '../stage.ts';

export function passwordPanel(stage: Stage): HTMLElement {
  const { view, words, api } = stage;
  const account = createField(
    {
      name: 'account',
      alsoNamed: ['username', 'email', 'phone'],
      label: words.account(view.methods.password?.fields ?? []),
      autocomplete: 'username',
      value: view.hints.login ?? '',
    },
    words,
  );
  const password = createField(
    { name: 'password', label: words.password, type: 'password', autocomplete: 'current-password', maxlength: 1024 },
    words,
  );
  return createForm(stage, {
    fields: [account, password],
    before: [
      view.methods.forgotPassword
        ? el(
            'p',
            { class: 'beside' },
            button('link', words.forgotPassword, () => stage.go({ name: 'forgot' })),
          )
        : null,
    ],
    submit: words.signIn,
    send: async (values) => stage.show(await api.step('password', values)),
    take({ code, data }) {
      const token = data.passwordResetToken;
      if (code !== 'password_reset_required' || typeof token !== 'string') return false;
      stage.go({ name: 'due', token });
      return true;
    },
  });
}
