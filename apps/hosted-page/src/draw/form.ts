import { clockTime, createCountdown } from '@passbeam/widget/parts';
import { Refusal } from '../api.ts';
import type { Stage } from '../stage.ts';
import { el, setText } from './dom.ts';
import type { Field } from './field.ts';

/** After this long the person is told that something is going on. */
const slowMs = 1_000;

/** Fields in which a refusal is shown that names no field of the request. */
const homes: Record<string, string> = {
  passcode_invalid: 'passcode',
  user_not_found: 'account',
  user_exists: 'account',
};

/**
 * A form that is sent by script: once, however often it is pressed. What the server refuses stands at the field it is about or else above the
 * button; until a limit allows the next attempt the button rests.
 */
export function createForm(
  stage: Stage,
  parts: {
    fields: Field[];
    submit: string;
    /** Stands between the fields and the button, or after it. */
    before?: (Node | null)[];
    after?: (Node | null)[];
    send(values: Record<string, string>): Promise<void>;
    /** Takes a refusal that the form's owner knows better; true when it did. */
    take?(refusal: Refusal): boolean;
  },
): HTMLFormElement {
  const { words, clock } = stage;
  const { fields, send } = parts;
  const button = el('button', { type: 'submit', class: 'button primary' }, el('span', {}, parts.submit));
  const alert = el('div', { class: 'alert', role: 'alert' });
  const wait = el('p', { class: 'wait', role: 'timer', hidden: true });
  const form = el(
    'form',
    { novalidate: true, class: 'form' },
    ...fields.map(({ root }) => root),
    ...(parts.before ?? []),
    alert,
    wait,
    button,
    ...(parts.after ?? []),
  );
  let isBusy = false;
  let isResting = false;
  const countdown = createCountdown(clock, (seconds) => {
    isResting = seconds !== undefined && seconds > 0;
    button.setAttribute('aria-disabled', String(isResting));
    wait.hidden = !isResting;
    setText(wait, isResting ? words.tryAgainIn(clockTime(seconds ?? 0)) : '');
    if (seconds === 0) say(null);
  });
  stage.onLeave(() => countdown.to(undefined));

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy || isResting) return;
    say(null);
    const empty = fields.filter(({ input }) => input.value.trim() === '');
    for (const { complain } of empty) complain(words.required);
    if (empty[0] !== undefined) {
      empty[0].input.focus();
      return;
    }
    isBusy = true;
    form.setAttribute('aria-busy', 'true');
    const calm = clock.after(slowMs, () => {
      form.classList.add('slow');
      stage.announce(words.stillWorking);
    });
    try {
      await send(Object.fromEntries(fields.map(({ input }) => [input.name, input.value])));
    } catch (error) {
      tell(error);
    } finally {
      calm();
      isBusy = false;
      form.removeAttribute('aria-busy');
      form.classList.remove('slow');
    }
  });
  return form;

  function tell(error: unknown): void {
    if (!(error instanceof Refusal)) {
      say(words.formNetwork);
      return;
    }
    if (stage.takes(error) || parts.take?.(error)) return;
    const { code, requestId, retryAfterSeconds } = error;
    if (code === 'too_many_requests') {
      say(words.tooMany);
      if (retryAfterSeconds !== null) countdown.to(clock.now() + retryAfterSeconds * 1_000);
      return;
    }
    if (['unavailable', 'internal', 'invalid_response'].includes(code)) {
      say(words.formFault, requestId === null ? null : el('code', {}, requestId));
      return;
    }
    const known = words.refusals[code];
    const { field = known === undefined ? undefined : homes[code], mistake } = mistakeIn(error.message);
    const wrong = fields.find(({ names }) => field !== undefined && names.includes(field));
    if (wrong === undefined) {
      say(known ?? error.message);
      return;
    }
    wrong.complain(known ?? words.mistake(wrong.label, mistake ?? error.message));
    wrong.input.focus();
  }

  function say(text: string | null, more: Node | null = null): void {
    alert.replaceChildren(...(text === null ? [] : [text]), ...(more === null ? [] : [' ', more]));
  }
}

/** Which field a message of the server is about, and what it says of it: `…: password must have at least 8 characters`. */
function mistakeIn(message: string): { field?: string; mistake?: string } {
  const [, field, mistake] = /(?:: |：)(\w+)(?: |：)(.+)$/.exec(message) ?? [];
  return { field, mistake };
}
