import type { ConsentContext } from '@passbeam/sdk';
import { button, el } from '../page/dom.ts';
import { formatAge, formatTimeOfDay, languageName } from '../page/language.ts';
import type { Person } from './session.ts';
import { words } from './words.ts';

/**
 * Shows who is asking before the person decides (threats T1). The facts come from the server, both buttons look alike, and only
 * a press of one answers. `answer` settles when the server has replied.
 */
export function consentScreen(parts: {
  person: Person;
  context: ConsentContext | null;
  /** Seconds until the QR code expires; null when the server does not say. */
  expiresIn: number | null;
  /** Aborts when another screen is shown. */
  signal: AbortSignal;
  /** Called when the QR code expires: then there is nothing left to answer. */
  expired(): void;
  answer(action: 'CONFIRM' | 'CANCEL'): Promise<{ trouble: string } | null>;
}): HTMLElement {
  const { person, context } = parts;
  const alert = el('p', { role: 'alert', class: 'alert' });
  const decline = button(words.decline, 'button plain', () => void press('CANCEL'));
  const confirm = button(words.confirm, 'button plain', () => void press('CONFIRM'));

  const age = el('span', {});
  if (context) watchAge(context.ageSeconds);

  /** Shows the code's age: the seconds that the server told, and those since, by a clock that cannot be set. */
  function watchAge(ageThen: number): void {
    const since = performance.now();
    const tick = () => {
      const seconds = Math.floor((performance.now() - since) / 1_000);
      age.textContent = formatAge(ageThen + seconds);
      if (parts.expiresIn !== null && seconds >= parts.expiresIn) parts.expired();
    };
    const timer = setInterval(tick, 1_000);
    parts.signal.addEventListener('abort', () => clearInterval(timer));
    age.textContent = formatAge(ageThen);
  }

  async function press(action: 'CONFIRM' | 'CANCEL'): Promise<void> {
    alert.replaceChildren();
    decline.disabled = confirm.disabled = true;
    const failure = await parts.answer(action);
    decline.disabled = confirm.disabled = false;
    if (failure) alert.replaceChildren(el('span', { class: 'note bad' }, failure.trouble));
  }

  return el(
    'main',
    { class: 'screen' },
    el('h1', {}, words.consentHeading(context?.applicationName ?? words.unknown)),
    el('p', { class: 'soft' }, words.consentAs(person.displayName)),
    context ? facts(context, age) : el('p', { class: 'note bad' }, words.noContext),
    ...(context ? warnings(context) : []),
    el('p', { class: 'defence' }, words.declineHint),
    alert,
    el('div', { class: 'answers' }, decline, confirm),
  );
}

function facts(context: ConsentContext, age: HTMLElement): HTMLElement {
  const reported = context.reportedBySite ? words.reportedBySite : words.asReported;
  const row = (name: string, value: string | Node | null, remark?: string) => [
    el('dt', {}, name),
    el(
      'dd',
      {},
      value ?? words.unknown,
      value !== null && remark ? el('span', { class: 'soft' }, ` (${remark})`) : null,
    ),
  ];
  return el(
    'dl',
    { class: 'facts boxed', 'data-testid': 'consent' },
    ...row(words.site, context.applicationName, context.applicationDomain ?? undefined),
    ...row(words.asked, age, formatTimeOfDay(context.requestedAt)),
    ...row(words.address, context.ip, reported),
    ...(context.place === null ? [] : row(words.place, context.place)),
    ...row(words.browser, context.browser, reported),
    ...row(words.system, context.os, reported),
    ...(context.language === undefined ? [] : row(words.language, languageName(context.language), reported)),
  );
}

function warnings(context: ConsentContext): HTMLElement[] {
  const told = [
    context.door === 'link' || context.door === 'button' ? words.byLink : null,
    context.door === 'typed' ? words.byTyping : null,
    context.firstTimeOnThisBrowser ? words.firstTime : null,
    context.ipMismatch ? words.otherNetwork : null,
    context.countryMismatch ? words.otherCountry : null,
  ].filter((text) => text !== null);
  return told.length === 0 ? [] : [el('ul', { class: 'note warn' }, ...told.map((text) => el('li', {}, text)))];
}
