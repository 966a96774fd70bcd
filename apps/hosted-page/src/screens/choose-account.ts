import { button, el } from '../draw/dom.ts';
import { person } from '../draw/person.ts';
import type { Screen, Stage } from '../stage.ts';
import { cancelButton } from './sign-in.ts';

export function chooseAccountScreen(stage: Stage): Screen {
  const { view, words, api } = stage;
  const { account, application } = view;
  const choose = (choice: 'continue' | 'other') => void stage.run(() => api.step('account', { choice }));
  return {
    title: words.chooseAccount,
    content: [
      account &&
        el(
          'div',
          { class: 'who' },
          person(account, 'large'),
          el(
            'p',
            {},
            el('strong', {}, account.displayName),
            account.identifier && el('span', { class: 'soft' }, account.identifier),
          ),
        ),
      el(
        'div',
        { class: 'choices' },
        account && button('primary', words.continueAs(account.displayName), () => choose('continue')),
        button('plain', words.useOther, () => choose('other')),
      ),
      cancelButton(stage, words.cancel(application.name)),
    ],
  };
}
