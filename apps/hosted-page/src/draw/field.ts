import type { Words } from '../words.ts';
import { el, setText } from './dom.ts';

export interface Field {
  /** What refusals of the server call it. */
  names: readonly string[];
  label: string;
  root: HTMLElement;
  input: HTMLInputElement;
  /** Shows what is wrong with the value; null when nothing is. */
  complain(mistake: string | null): void;
}

export interface FieldLook {
  name: string;
  /** Further names that refusals use for it. */
  alsoNamed?: readonly string[];
  label: string;
  autocomplete: string;
  type?: 'text' | 'email' | 'tel' | 'password';
  inputmode?: string;
  value?: string;
  maxlength?: number;
}

/** A labelled text field whose mistake is read with it. A password can be shown. */
export function createField(look: FieldLook, words: Words): Field {
  const { name, alsoNamed = [], label, value = '', maxlength = 256, type = 'text', ...rest } = look;
  const id = `field-${name}`;
  const input = el('input', {
    ...rest,
    id,
    name,
    type,
    class: 'input',
    maxlength: String(maxlength),
    autocapitalize: 'none',
    autocorrect: 'off',
    spellcheck: 'false',
    'aria-describedby': `${id}-mistake`,
    'aria-required': 'true',
  });
  input.value = value;
  const mistakeLine = el('p', { id: `${id}-mistake`, class: 'mistake' });
  const box = el(
    'div',
    { class: type === 'password' ? 'box hides' : 'box' },
    input,
    type === 'password' && revealer(input, words),
  );
  const root = el('div', { class: 'field' }, el('label', { for: id }, label), box, mistakeLine);
  const complain = (mistake: string | null) => {
    setText(mistakeLine, mistake ?? '');
    if (mistake === null) input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  };
  input.addEventListener('input', () => complain(null));
  return { names: [name, ...alsoNamed], label, root, input, complain };
}

function revealer(input: HTMLInputElement, words: Words): HTMLElement {
  const toggle = el(
    'button',
    { type: 'button', class: 'reveal', 'aria-pressed': 'false', 'aria-label': words.showPassword },
    words.show,
  );
  toggle.addEventListener('click', () => {
    const isShown = input.type === 'password';
    input.type = isShown ? 'text' : 'password';
    toggle.setAttribute('aria-pressed', String(isShown));
    setText(toggle, isShown ? words.hide : words.show);
  });
  return toggle;
}
