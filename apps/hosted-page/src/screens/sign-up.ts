import { button, el, inNewTab, outside } from '../draw/dom.ts';
import { createField } from '../draw/field.ts';
import { createForm } from '../draw/form.ts';
import type { Identifier } from '../offers.ts';
import type { Screen, Stage } from '../stage.ts';

export function signUpScreen(stage: Stage): Screen {
  const { view, words, api } = stage;
  const offered = view.methods.signUp?.with ?? [];
  const account = createField(
    {
      name: 'account',
      alsoNamed: ['username', 'email', 'phone'],
      label: words.account(offered),
      autocomplete: 'username',
    },
    words,
  );
  const password = createField(
    { name: 'password', label: words.choosePassword, type: 'password', autocomplete: 'new-password', maxlength: 1024 },
    words,
  );
  return {
    title: words.signUp,
    content: [
      createForm(stage, {
        fields: [account, password],
        before: [agreement(stage)],
        submit: words.createAccount,
        async send({ account = '', password = '' }) {
          const name = account.trim();
          stage.show(await api.step('sign-up', { [identifierOf(name, offered)]: name, password }));
        },
      }),
      el(
        'p',
        { class: 'aside' },
        words.haveAccount,
        ' ',
        button('link', words.signIn, () => stage.go({ name: 'main' })),
      ),
    ],
  };
}

/** What was typed into the one field for all: an address by its @, a phone number by its digits, else a name. */
function identifierOf(typed: string, offered: readonly Identifier[]): Identifier {
  const meant = typed.includes('@') ? 'email' : /^\+?[\d\s()-]{6,}$/.test(typed) ? 'phone' : 'username';
  return offered.includes(meant) ? meant : (offered[0] ?? meant);
}

function agreement({ view, words }: Stage): HTMLElement | null {
  const terms = outside(words.termsLong, view.application.termsUrl, inNewTab);
  return terms && el('p', { class: 'soft' }, words.agree, ' ', terms, words.agreeEnd);
}
