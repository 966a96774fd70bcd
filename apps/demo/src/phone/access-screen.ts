import type { MyConsentDto } from '@passbeam/sdk';
import { avatar, button, el } from '../page/dom.ts';
import { formatTime } from '../page/language.ts';
import { type GivenAccess, SignedOut } from './session.ts';
import { messageOf } from './sign-in-screen.ts';
import { words } from './words.ts';

/** Shows which applications the person let read something, and takes that back after a second press. */
export function accessScreen({
  access,
  back,
  signedOut,
}: {
  access: GivenAccess;
  back(): void;
  signedOut(): void;
}): HTMLElement {
  const alert = el('p', { role: 'alert', class: 'alert' });
  const status = el('p', { role: 'status', class: 'soft' });
  const list = el('ul', { class: 'cards' });
  void load();

  async function load(said = ''): Promise<void> {
    alert.replaceChildren();
    status.textContent = said || words.loadingAccess;
    try {
      const given = await access.list();
      list.replaceChildren(...given.map(card));
      status.textContent = said || (given.length === 0 ? words.noAccess : '');
    } catch (error) {
      if (error instanceof SignedOut) return signedOut();
      list.replaceChildren();
      status.textContent = '';
      alert.replaceChildren(
        el('span', { class: 'note bad' }, messageOf(error)),
        button(words.tryAgain, 'button plain wide', () => void load()),
      );
    }
  }

  function card(consent: MyConsentDto): HTMLElement {
    const { appName, appLogo, scopes, givenAt } = consent;
    const answers = el('div', { class: 'stack' });
    const ask = button(words.takeBack, 'button plain wide', () => {
      answers.replaceChildren(el('p', {}, words.takeBackQuestion(appName)), keep, take);
      keep.focus();
    });
    ask.setAttribute('aria-label', `${words.takeBack}: ${appName}`);
    const keep = button(words.keepAccess, 'button plain wide', () => {
      answers.replaceChildren(ask);
      ask.focus();
    });
    const take = button(words.takeBackNow, 'button plain wide danger', () => void withdraw());
    answers.replaceChildren(ask);

    async function withdraw(): Promise<void> {
      keep.disabled = take.disabled = true;
      try {
        await access.withdraw(consent.appId);
        await load(words.takenBack(appName));
        heading.focus();
      } catch (error) {
        if (error instanceof SignedOut) return signedOut();
        keep.disabled = take.disabled = false;
        answers.prepend(el('p', { class: 'note bad', role: 'alert' }, messageOf(error)));
      }
    }

    return el(
      'li',
      { class: 'boxed stack' },
      el(
        'div',
        { class: 'app' },
        avatar({ displayName: appName, photo: appLogo }),
        el(
          'div',
          {},
          el('h2', {}, appName),
          el('p', { class: 'soft' }, words.givenOn(formatTime(Date.parse(givenAt)))),
        ),
      ),
      el('ul', { class: 'scopes' }, ...scopes.map((scope) => el('li', {}, words.scopes[scope] ?? scope))),
      answers,
    );
  }

  const heading = el('h1', { tabindex: '-1' }, words.accessHeading);
  return el(
    'main',
    { class: 'screen' },
    heading,
    el('p', { class: 'soft' }, words.accessLead),
    status,
    alert,
    list,
    button(words.back, 'button wide', back),
  );
}
