import { clockTime, createCountdown } from './countdown.ts';
import type { Person, View } from './follow.ts';
import { type IconName, icon } from './icons.ts';
import { paper } from './look/tokens.ts';
import { createPicture } from './picture.ts';
import { addStyles } from './styles.ts';
import { attempt, isPhone } from './surroundings.ts';
import { type Language, wordingOf, words } from './words.ts';
import type { Clock } from './world.ts';

/** The language and theme of a view. */
export interface Look {
  language: Language;
  isDark: boolean;
}

export interface Face {
  show(view: View, look: Look): void;
  setSize(pixels: number | null): void;
}

const iconOf: Partial<Record<View['name'], IconName>> = {
  cancelled: 'cross',
  expired: 'clock',
  offline: 'offline',
  error: 'warning',
  stopped: 'pause',
};

/** Draws the widget into a shadow root. What comes from outside is inserted only as text or as an image address, never as HTML. */
export function createFace(parts: {
  root: ShadowRoot;
  clock: Clock;
  /** The person pressed the veil's button or "not me": they want a new code. */
  onRenew(): void;
  onImageFailed(): void;
}): Face {
  const { root, clock, onRenew, onImageFailed } = parts;
  const code = make('img', { part: 'code', draggable: 'false', referrerpolicy: 'no-referrer', decoding: 'async' });
  const logo = make('img', { part: 'logo', alt: '', referrerpolicy: 'no-referrer' });
  const paper = make('div', { class: 'paper' }, whiteGround(), code, logo);
  const figure = make('div', { class: 'figure' });
  const button = make('button', { part: 'button', type: 'button', 'aria-describedby': 'title' });
  // Of the quieter looks: "not me" after the scan, and "another device" where the app is offered first.
  const notMe = make('button', { part: 'not-me', type: 'button', 'aria-describedby': 'title' });
  const open = make('a', { part: 'button' });
  const veil = make('div', { part: 'veil' }, figure, open, button, notMe);
  const plate = make('div', { part: 'plate' }, paper, veil);
  const title = make('p', { part: 'title', id: 'title' });
  const detail = make('p', { part: 'detail' });
  // The live region holds only the state: screen readers would read a countdown in it aloud every second.
  const status = make('div', { part: 'status', role: 'status' }, title, detail);
  const countdownLine = make('p', { part: 'countdown', role: 'timer' });
  const said = make('div', { class: 'words' }, status, countdownLine);
  const card = make('div', { part: 'card', role: 'group', tabindex: '-1' }, plate, said);
  addStyles(root);
  root.append(card);

  let language: Language = 'en';
  let shown: View = { name: 'loading', isRenewal: false };
  let isPictureReady = false;
  let figureKey = '';
  /** The address that opens the app, while it is offered in place of the picture. */
  let door: string | undefined;
  let wantsPicture = false;

  const picture = createPicture({
    image: code,
    clock,
    onReady() {
      isPictureReady = true;
      draw();
    },
    onFailed() {
      isPictureReady = false;
      onImageFailed();
    },
  });
  const countdown = createCountdown(clock, (secondsLeft) => {
    if (secondsLeft === undefined) return setText(countdownLine, '');
    const say = shown.name === 'offline' ? words[language].nextTry : words[language].validFor;
    setText(countdownLine, say(clockTime(secondsLeft)));
  });
  button.addEventListener('click', onRenew);
  notMe.addEventListener('click', () => {
    if (!door) return onRenew();
    wantsPicture = true;
    see();
  });
  // The logo is shown only once it has loaded: before, its empty white square would hide modules.
  logo.addEventListener('load', () => {
    logo.hidden = false;
  });

  return {
    show(view, look) {
      const isOtherLanguage = look.language !== language;
      language = look.language;
      shown = view;
      card.dataset.theme = look.isDark ? 'dark' : 'light';
      see();
      if (isOtherLanguage) countdown.to(undefined);
      countdown.to('until' in view ? view.until : undefined);
    },
    setSize(pixels) {
      if (pixels === null) card.style.removeProperty('--_size');
      else card.style.setProperty('--_size', `${pixels}px`);
    },
  };

  function see() {
    const code = shown.name === 'pending' ? shown.code : undefined;
    door = wantsPicture || !isPhone() ? undefined : code?.link;
    if (code && !door) showCode(code.url, code.customLogoUrl);
    else picture.rest();
    setText(open, words[language].open(code?.appName ?? 'App'));
    draw();
  }

  function showCode(url: string, logoUrl: string | undefined) {
    if (code.dataset.url === url) return picture.load(url);
    code.dataset.url = url;
    isPictureReady = false;
    picture.load(url);
    logo.hidden = true;
    if (logoUrl !== undefined) logo.src = logoUrl;
  }

  function draw() {
    const hadFocus = root.activeElement;
    const { label, codeAlt, scanned, notMe: disown, otherDevice } = words[language];
    const wording = door ? { ...scanned(undefined), title: label } : wordingOf(shown, language);
    const isOpen = shown.name === 'pending' && isPictureReady && !door;
    card.dataset.state = shown.name;
    card.lang = language === 'zh' ? 'zh-CN' : 'en';
    card.setAttribute('aria-label', label);
    code.alt = codeAlt;
    veil.hidden = isOpen;
    // A code that must not be scanned now is blurred for the eye and hidden from assistive technology.
    paper.setAttribute('aria-hidden', String(!isOpen));
    plate.classList.toggle('veiled', !isOpen);
    plate.classList.toggle('bare', !isPictureReady || shown.name === 'scanned' || shown.name === 'authorized');
    drawFigure();
    setText(title, wording.title);
    setText(detail, wording.detail);
    button.hidden = wording.action === undefined;
    setText(button, wording.action ?? '');
    open.hidden = !door;
    open.href = door ?? '';
    notMe.hidden = shown.name !== 'scanned' && !door;
    setText(notMe, door ? otherDevice : disown);
    keepFocus(hadFocus);
  }

  /** Keeps the focus in the widget when the pressed button disappears: otherwise the keyboard would return to the top of the page. */
  function keepFocus(hadFocus: Element | null) {
    if (hadFocus === null) return;
    const target = [open, button, notMe].find((candidate) => !candidate.hidden) ?? card;
    if (hadFocus === card ? target !== card : (hadFocus as HTMLElement).hidden) target.focus({ preventScroll: true });
  }

  /** Draws the figure only when it changes: polls repeat the same state each second, and a photo must not flicker. */
  function drawFigure() {
    const person = shown.name === 'scanned' || shown.name === 'authorized' ? shown.person : undefined;
    const key = `${wordingOf(shown, 'en').title} ${!door} ${person?.photo}`;
    if (key === figureKey) return;
    figureKey = key;
    if (shown.name === 'scanned') figure.replaceChildren(portrait(person, 'phone'));
    else if (shown.name === 'authorized') figure.replaceChildren(portrait(person, 'check'));
    else {
      const isBusy = shown.name === 'offline' && shown.trouble.kind === 'busy';
      const name = door ? 'phone' : isBusy ? 'clock' : iconOf[shown.name];
      figure.replaceChildren(name ? make('div', { part: 'icon' }, icon(name)) : make('div', { class: 'spinner' }));
    }
  }
}

/** A white canvas behind the code: browsers and extensions that darken pages repaint backgrounds, but not canvases. */
function whiteGround(): HTMLElement {
  const ground = make('canvas', { class: 'ground', width: '1', height: '1' });
  attempt(() => {
    const pen = ground.getContext('2d') as CanvasRenderingContext2D;
    pen.fillStyle = paper;
    pen.fillRect(0, 0, 1, 1);
  });
  return ground;
}

function portrait(person: Person | undefined, badge: IconName): HTMLElement {
  const avatar = make('div', { part: 'avatar' }, initialOf(person));
  if (person?.photo) {
    const photo = make('img', { alt: '', referrerpolicy: 'no-referrer', decoding: 'async' });
    photo.addEventListener('load', () => avatar.replaceChildren(photo));
    photo.src = person.photo;
  }
  return make('div', { class: 'person' }, avatar, make('div', { class: 'badge' }, icon(badge)));
}

/** The person's initial, in place of a photo that is missing, late or blocked by the page's policy. */
function initialOf(person: Person | undefined): Node {
  const [initial] = person?.displayName.trim() ?? '';
  return initial && /\p{L}/u.test(initial) ? document.createTextNode(initial.toUpperCase()) : icon('person');
}

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Writes only what changed: a live region announces every write. */
function setText(element: HTMLElement, text: string) {
  if (element.textContent !== text) element.textContent = text;
}
