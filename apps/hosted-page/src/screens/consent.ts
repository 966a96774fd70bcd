import { icon } from '@passbeam/widget/parts';
import { button, el } from '../draw/dom.ts';
import { person } from '../draw/person.ts';
import type { Screen, Stage } from '../stage.ts';

/** Which application gets what, and as whom; for a device also which device. */
export function consentScreen(stage: Stage): Screen {
  const { view, words, api } = stage;
  const { application, account, device } = view;
  const decide = (allow: boolean) => void stage.run(() => api.step('consent', { allow }));
  return {
    title: device === null ? words.consent(application.name) : words.device,
    content: [
      account &&
        el(
          'div',
          { class: 'notice' },
          person(account, 'small'),
          el(
            'p',
            {},
            el('strong', {}, account.displayName),
            account.identifier && el('span', { class: 'soft' }, account.identifier),
          ),
          button('link', words.notYou, () => void stage.run(() => api.step('account', { choice: 'other' }))),
        ),
      deviceFacts(stage),
      whatIsAsked(stage),
      el(
        'div',
        { class: 'choices' },
        button('primary', words.allow, () => decide(true)),
        button('plain', words.deny, () => decide(false)),
      ),
    ],
  };
}

function whatIsAsked({ view, words }: Stage): HTMLElement | null {
  const { consent, application } = view;
  if (consent === null) return null;
  const wishes = consent.scopes.map((scope) => words.scopes[scope] ?? words.otherScope(scope));
  if (consent.offlineAccess) wishes.push(words.offlineAccess);
  return el(
    'div',
    {},
    el('p', { class: 'lead', id: 'wishes' }, words.consentLead(application.name)),
    el(
      'ul',
      { class: 'wishes', 'aria-labelledby': 'wishes' },
      ...wishes.map((wish) => el('li', {}, icon('check'), wish)),
    ),
  );
}

function deviceFacts({ view, words }: Stage): HTMLElement | null {
  const { device, application } = view;
  if (device === null) return null;
  const from = [device.userAgent, device.ip].filter(Boolean).join(' · ');
  return el(
    'div',
    {},
    el('p', { class: 'lead' }, words.deviceLead(application.name)),
    el('p', { class: 'user-code' }, device.userCode),
    from !== '' && el('p', { class: 'soft' }, `${words.deviceFrom} ${from}`),
    el('p', { class: 'warning' }, words.deviceWarning),
  );
}
