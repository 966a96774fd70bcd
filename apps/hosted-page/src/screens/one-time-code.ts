import { clockTime, createCountdown } from '@passbeam/widget/parts';
import { button, el, setText } from '../draw/dom.ts';
import { createField, type Field } from '../draw/field.ts';
import { createForm } from '../draw/form.ts';
import type { Contact } from '../offers.ts';
import type { Stage } from '../stage.ts';

/** So long the same address waits for its next message. */
const resendSeconds = 60;

interface Address {
  channel: Contact;
  address: string;
}

export function oneTimeCodePanel(stage: Stage): HTMLElement {
  return oneTimeCode(stage, {
    channels: stage.view.methods.passcode?.channels ?? [],
    sendBy: 'passcode/send',
    submit: stage.words.signIn,
    finish: (values) => stage.api.step('passcode', values),
  });
}

/** An address, a message to it, and what the code in the message is good for. */
export function oneTimeCode(
  stage: Stage,
  parts: {
    channels: readonly Contact[];
    /** The call that sends the message. */
    sendBy: string;
    /** Fields beside the code. */
    further?(): Field[];
    submit: string;
    finish(values: Record<string, string>): ReturnType<Stage['api']['step']>;
  },
): HTMLElement {
  const { api, words, clock } = stage;
  const place = el('div', {});
  askAddress(stage.view.hints.login ?? '');
  return place;

  function askAddress(known: string): Field {
    const address = createField(
      {
        name: 'address',
        alsoNamed: ['account', 'email', 'phone'],
        label: words.address(parts.channels),
        value: known,
        ...kindOf(parts.channels),
      },
      words,
    );
    place.replaceChildren(
      createForm(stage, {
        fields: [address],
        submit: words.sendCode,
        async send({ address = '' }) {
          const to = { channel: channelOf(address, parts.channels), address: address.trim() };
          await api.send(parts.sendBy, to);
          askCode(to);
        },
      }),
    );
    return address;
  }

  function askCode(to: Address): void {
    const passcode = createField(
      { name: 'passcode', label: words.passcode, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 16 },
      words,
    );
    const sent = el('p', { class: 'soft' }, words.codeSent(to.address));
    const form = createForm(stage, {
      fields: [passcode, ...(parts.further?.() ?? [])],
      submit: parts.submit,
      async send({ passcode = '', ...values }) {
        stage.show(await parts.finish({ ...to, ...values, passcode: passcode.replace(/\s/g, '') }));
      },
      after: [
        el(
          'div',
          { class: 'pair' },
          resender(to),
          button('link', words.otherAddress, () => askAddress(to.address).input.focus()),
        ),
      ],
    });
    place.replaceChildren(sent, form);
    passcode.input.focus();
    stage.announce(words.codeSent(to.address));
  }

  function resender(to: Address): HTMLElement {
    const again = button('link', words.resend, async () => {
      if (again.getAttribute('aria-disabled') === 'true') return;
      rest();
      try {
        await api.send(parts.sendBy, to);
        stage.announce(words.codeSent(to.address));
      } catch {
        countdown.to(undefined);
      }
    });
    const countdown = createCountdown(clock, (seconds) => {
      const isResting = seconds !== undefined && seconds > 0;
      again.setAttribute('aria-disabled', String(isResting));
      setText(again, isResting ? words.resendIn(clockTime(seconds)) : words.resend);
    });
    const rest = () => countdown.to(clock.now() + resendSeconds * 1_000);
    rest();
    stage.onLeave(() => countdown.to(undefined));
    return again;
  }
}

function channelOf(address: string, channels: readonly Contact[]): Contact {
  const meant = address.includes('@') ? 'email' : 'phone';
  return channels.includes(meant) ? meant : (channels[0] ?? meant);
}

function kindOf(channels: readonly Contact[]) {
  if (channels.length > 1) return { autocomplete: 'username' } as const;
  return channels[0] === 'phone'
    ? ({ type: 'tel', autocomplete: 'tel', inputmode: 'tel' } as const)
    : ({ type: 'email', autocomplete: 'email', inputmode: 'email' } as const);
}
