import type { Approval, ConsentContext } from '@passbeam/sdk';
import { button, el } from '../page/dom.ts';
import { formatAge, formatTimeOfDay, languageName } from '../page/language.ts';
import type { Question, Screen } from './approval-screens.ts';
import type { Person } from './session.ts';
import { words } from './words.ts';

/**
 * Shows who is asking before the person decides (threats T1). The facts come from the server, both buttons look alike, and only
 * a press of one answers.
 */
export function consentScreen(
  question: Question,
  { person, approval }: { person: Person | null; approval: Approval },
): Screen<Question> {
  const { consent, cautions } = question;
  const alert = el('p', { role: 'alert', class: 'alert' });
  const decline = button(words.decline, 'button plain', approval.decline);
  const confirm = button(words.confirm, 'button plain', approval.approve);
  const age = el('span', {});

  function update({ step, ageSeconds, trouble }: Question): void {
    age.textContent = formatAge(ageSeconds);
    decline.disabled = confirm.disabled = step === 'decision';
    const text = trouble?.text ?? '';
    const tone = step === 'decision' ? 'warn' : 'bad';
    if (alert.textContent !== text) alert.replaceChildren(text && el('span', { class: `note ${tone}` }, text));
  }

  update(question);
  const element = el(
    'main',
    { class: 'screen' },
    el('h1', {}, question.heading),
    person && el('p', { class: 'soft' }, words.consentAs(person.displayName)),
    facts(consent, age),
    cautions.length > 0 ? el('ul', { class: 'note warn' }, ...cautions.map((text) => el('li', {}, text))) : null,
    el('p', { class: 'defence' }, question.advice),
    // The trouble stands where the answers are, for those stay in view.
    el('div', { class: 'answers' }, alert, decline, confirm),
  );
  return { element, update };
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
