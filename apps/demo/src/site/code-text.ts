import { button, el } from '../page/dom.ts';
import { words } from './words.ts';

interface ShownCode {
  qrcodeId: string;
  expiresIn: number | null;
}

/**
 * For whoever tries the demo on one computer: what the code says, to paste on the demo phone. A real page shows the code alone, so
 * that nobody is asked to send a text around.
 */
export function codeText(userPoolId: string): { element: HTMLElement; show(code: ShownCode): void; hide(): void } {
  let text = '';
  const status = el('p', { role: 'status', class: 'soft' });
  const copy = button(words.copyText, 'link', () => void write());
  copy.hidden = true;

  async function write(): Promise<void> {
    try {
      // Absent where the page came neither by https nor from this machine.
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
      // As in the image (wire 2.9), but for its instants.
      text = JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId, qrcodeId, userPoolId, expiresIn });
      copy.hidden = false;
      status.textContent = '';
    },
    /** The code is scanned, or over: there is nothing left to copy. */
    hide() {
      copy.hidden = true;
      status.textContent = '';
    },
  };
}
