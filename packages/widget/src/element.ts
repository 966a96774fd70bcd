import type { TokenSetDto } from '@passbeam/protocol';
import { type Binding, createCodeApi, type Push } from './code-api.ts';
import { createdEvent, eventOf } from './events.ts';
import { createFace, type Face } from './face.ts';
import { type CodeApi, createFollower, type View } from './follow.ts';
import { type Trouble, TroubleError } from './trouble.ts';
import { chooseLanguage, type Language } from './words.ts';
import { browserClock, browserPage } from './world.ts';

export type { Binding, Push } from './code-api.ts';
export type { PassbeamQrEventMap } from './events.ts';

/** Which state the widget shows. */
export type PassbeamQrState = View['name'];

/** What needs a new code when it changes; the other attributes only change the looks. */
const identity: readonly string[] = ['host', 'app-id', 'binding', 'push', 'custom-data'];
const sizeLimits = { min: 120, max: 640 };

/** Lets the class be imported where there is no DOM, as in server-side rendering. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * Shows a login code and follows it until somebody confirms. Register it with `@passbeam/widget/define`, or under a name
 * of your own with `customElements.define`.
 *
 * @example
 * <passbeam-qr host="https://login.example.com" app-id="0123456789abcdef01234567"></passbeam-qr>
 */
export class PassbeamQrElement extends Base {
  static readonly observedAttributes = [...identity, 'lang', 'theme', 'size'];

  #face: Face | null = null;
  readonly #follower = createFollower<TokenSetDto>({
    clock: browserClock,
    page: browserPage,
    show: (view) => this.#show(view),
    tell: (notice) => this.dispatchEvent(eventOf(notice)),
  });
  #view: View = { name: 'loading', isRenewal: false };
  #announced: string | null = null;
  #customData: Record<string, unknown> | undefined;
  #isStartQueued = false;
  #internals: ElementInternals | null = null;

  /** Address of the passbeam server. */
  get host(): string {
    return this.getAttribute('host') ?? '';
  }
  set host(value: string) {
    this.setAttribute('host', value);
  }

  get appId(): string {
    return this.getAttribute('app-id') ?? '';
  }
  set appId(value: string) {
    this.setAttribute('app-id', value);
  }

  /** `auto` (default) follows the visitor's system. */
  get theme(): 'auto' | 'light' | 'dark' {
    const theme = this.getAttribute('theme');
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  }
  set theme(value: 'auto' | 'light' | 'dark') {
    this.setAttribute('theme', value);
  }

  /** `cookie` (default), or `secret` where third-party cookies do not travel. */
  get binding(): Binding {
    return this.getAttribute('binding') === 'secret' ? 'secret' : 'cookie';
  }
  set binding(value: Binding) {
    this.setAttribute('binding', value);
  }

  /** `auto` (default), or `off` to follow the code by polls alone. */
  get push(): Push {
    return this.getAttribute('push') === 'off' ? 'off' : 'auto';
  }
  set push(value: Push) {
    this.setAttribute('push', value);
  }

  /** Side of the code in CSS pixels, 120 to 640; null leaves it to `--passbeam-size` (240). */
  get size(): number | null {
    const size = Number.parseInt(this.getAttribute('size') ?? '', 10);
    return Number.isNaN(size) ? null : Math.min(sizeLimits.max, Math.max(sizeLimits.min, size));
  }
  set size(value: number | null) {
    if (value === null) this.removeAttribute('size');
    else this.setAttribute('size', String(value));
  }

  /** Goes into the user's custom data at confirmation. Public: it is in the code. The attribute holds it as JSON. */
  get customData(): Record<string, unknown> | undefined {
    return this.#customData;
  }
  set customData(value: Record<string, unknown> | undefined) {
    this.#customData = value;
    this.#queueStart();
  }

  /** What is shown now; also a CSS state: `passbeam-qr:state(scanned)`. */
  get state(): PassbeamQrState {
    return this.#view.name;
  }

  connectedCallback(): void {
    this.#adoptEarlyProperties();
    this.#face ??= this.#createFace();
    this.#face.setSize(this.size);
    this.#queueStart();
  }

  disconnectedCallback(): void {
    this.stop();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || this.#face === null) return;
    if (identity.includes(name)) this.#queueStart();
    else if (name === 'size') this.#face.setSize(this.size);
    else if (name === 'lang') this.#show(this.#view);
  }

  /** Gives up the code there is and shows a new one. */
  refresh(): void {
    this.#isStartQueued = false;
    if (this.isConnected) this.#follower.start(this.#createApi());
  }

  /** Gives up the code there is; the person, or `refresh()`, begins again. */
  stop(): void {
    this.#isStartQueued = false;
    this.#follower.stop();
  }

  /** Frameworks set attributes one by one: the code is made once, after the last of them. */
  #queueStart(): void {
    if (this.#isStartQueued || !this.isConnected) return;
    this.#isStartQueued = true;
    queueMicrotask(() => {
      if (!this.#isStartQueued) return;
      this.#isStartQueued = false;
      this.refresh();
    });
  }

  #createApi(): CodeApi<TokenSetDto> {
    const { host, appId, binding, push } = this;
    const lang = this.#language() === 'zh' ? 'zh-CN' : 'en-US';
    try {
      return createCodeApi({ host, appId, lang, binding, push, customData: this.#customDataGiven() });
    } catch (error) {
      const refuse = () => Promise.reject(error);
      return { create: refuse, poll: refuse };
    }
  }

  #customDataGiven(): Record<string, unknown> | undefined {
    const text = this.getAttribute('custom-data');
    if (this.#customData !== undefined || text === null) return this.#customData;
    try {
      return JSON.parse(text);
    } catch {
      const message = 'The attribute custom-data must hold a JSON object';
      throw new TroubleError({ kind: 'rejected', code: 'configuration', message });
    }
  }

  #createFace(): Face {
    return createFace({
      root: this.attachShadow({ mode: 'open' }),
      clock: browserClock,
      onRenew: () => this.refresh(),
      onImageFailed: () => this.#follower.fail(imageFailed),
    });
  }

  #show(view: View): void {
    const previous = this.#view.name;
    this.#view = view;
    this.#internals ??= this.attachInternals();
    this.#internals.states?.delete(previous);
    this.#internals.states?.add(view.name);
    this.#face?.show(view, this.#language());
    if (view.name === 'pending') this.#announce(view.code.qrcodeId);
  }

  /** Once per code, while nobody can have scanned it yet: its image is still loading. */
  #announce(qrcodeId: string): void {
    if (qrcodeId === this.#announced) return;
    this.#announced = qrcodeId;
    this.dispatchEvent(createdEvent(qrcodeId));
  }

  #language(): Language {
    const nearest = this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang;
    return chooseLanguage([nearest, navigator.language]);
  }

  /** Properties set before the tag was registered hide the accessors of the class: hand them over. */
  #adoptEarlyProperties(): void {
    for (const name of ['host', 'appId', 'theme', 'binding', 'push', 'size', 'customData'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<Record<typeof name, unknown>>)[name];
      Object.assign(this, { [name]: value });
    }
  }
}

const imageFailed: Trouble = { kind: 'image', code: 'image_failed', message: 'The image of the code did not load' };
