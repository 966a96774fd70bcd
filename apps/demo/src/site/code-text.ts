import { button, el } from '../page/dom.ts';
import { words } from './words.ts';

interface ShownCode {
  qrcodeId: string;
  expiresIn: number | null;
}

/** A button that copies the code's text for the demo phone. A real page has none, so that nobody is talked into sending it to others. */
export function codeText(userPoolId: string): { element: HTMLElement; show(code: ShownCode): void; hide(): void } {
  let text = '';
  const status = el('p', { role: 'status', class: 'soft' });
  const copy = button(words.copyText, 'link', () => void write());
  copy.hidden = true;

  async function write(): Promise<void> {
    try {
      // `clipboard` is missing when the page came neither by https nor from this machine; then the text is shown.
      await navigator.clipboard.writeText(text);
      status.textContent = words.copied;
    } catch {
      const field = el('input', { readonly: true, value: text, 'aria-label': words.copyByHand });
      status.replaceChildren(words.copyByHand, field);
      field.select();
    }
  }

  return {
    element: el('div', { class: 'code-text' }, copy, status),
    show({ qrcodeId, expiresIn }) {
      // The text of the image (wire 2.9) without its instants.
      text = JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId, qrcodeId, userPoolId, expiresIn });
      copy.hidden = false;
      status.textContent = '';
    },
    /** Called when the code is scanned or over: then there is nothing left to copy. */
    hide() {
      copy.hidden = true;
      status.textContent = '';
    },
  };
}
