import type { Approval, ApprovalDoor } from '@passbeam/sdk/approval';
import { button, el } from '../page/dom.ts';
import { CameraFailure, readPicture, watchCamera } from './camera.ts';
import { words } from './words.ts';

/**
 * Offers three ways to read a code: the camera, a pasted text, a picture. The server is told by which way the person came. A text that
 * is no code for this phone is complained of, and the camera keeps looking.
 */
export function scanScreen({
  approval,
  signal,
  otherDeed,
}: {
  approval: Approval;
  signal: AbortSignal;
  otherDeed: HTMLElement | null;
}): HTMLElement {
  const alert = el('p', { role: 'alert', class: 'alert' });
  // It stands below its field, so that a message does not move what the person looks at.
  const otherAlert = el('p', { role: 'alert', class: 'alert' });
  const status = el('p', { role: 'status', class: 'status' }, words.scanLead);
  const video = el('video', { playsinline: true, muted: true, 'aria-label': words.viewfinder });
  video.muted = true;
  const finder = el('div', { class: 'finder' }, video, el('span', { class: 'frame', 'aria-hidden': 'true' }), status);
  const toggle = button(words.scan, 'button wide', () => (camera ? stopCamera() : void startCamera()));
  let camera: AbortController | null = null;
  let lastRefused = '';

  signal.addEventListener('abort', stopCamera, { once: true });

  function complain(message: string, place: HTMLElement = alert): void {
    for (const other of [alert, otherAlert]) other.replaceChildren();
    if (message) place.replaceChildren(el('span', { class: 'note bad' }, message));
  }

  function offer(text: string, door?: ApprovalDoor, place?: HTMLElement): void {
    complain('');
    if (approval.scan(text, door && { door })) return;
    const state = approval.getState();
    complain(state.step === 'scan' ? (state.rejection?.text ?? '') : '', place);
  }

  async function startCamera(): Promise<void> {
    complain('');
    lastRefused = '';
    camera = new AbortController();
    const { signal } = camera;
    finder.classList.add('on');
    toggle.textContent = words.stop;
    toggle.classList.add('plain');
    status.textContent = words.starting;
    try {
      await watchCamera(video, {
        signal,
        onStart: () => {
          status.textContent = words.looking;
        },
        onText: (text) => {
          // The same wrong code stays in front of the camera for many frames: complain once.
          if (text === lastRefused) return;
          lastRefused = text;
          offer(text, 'camera');
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      stopCamera();
      if (!(error instanceof CameraFailure)) throw error;
      complain(words[error.trouble]);
    }
  }

  function stopCamera(): void {
    camera?.abort();
    camera = null;
    finder.classList.remove('on');
    toggle.textContent = words.scan;
    toggle.classList.remove('plain');
    status.textContent = words.scanLead;
  }

  const text = el('textarea', {
    id: 'code-text',
    rows: '2',
    maxlength: '4096',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const useText = button(words.useText, 'button plain wide', () => offer(text.value.trim(), 'typed', otherAlert));
  const picture = el('input', { id: 'code-picture', type: 'file', accept: 'image/*' });
  picture.addEventListener('change', () => void takePicture());

  async function takePicture(): Promise<void> {
    const [file] = picture.files ?? [];
    // Emptied, so that the same picture can be chosen again.
    picture.value = '';
    if (!file) return;
    complain('');
    status.textContent = words.reading;
    try {
      const found = await readPicture(file);
      if (signal.aborted) return;
      if (found === null) complain(words.noCodeInPicture, otherAlert);
      else offer(found, undefined, otherAlert);
    } catch (error) {
      complain(error instanceof CameraFailure ? words[error.trouble] : words.noCodeInPicture, otherAlert);
    } finally {
      status.textContent = camera ? words.looking : words.scanLead;
    }
  }

  const others = el(
    'section',
    { class: 'stack others' },
    el('h2', {}, words.otherWays),
    el('div', { class: 'field' }, el('label', { for: 'code-text' }, words.paste), text),
    useText,
    el('div', { class: 'field' }, el('label', { for: 'code-picture' }, words.picture), picture),
    otherAlert,
  );

  return el('main', { class: 'screen' }, el('h1', {}, words.scanHeading), finder, alert, toggle, others, otherDeed);
}
