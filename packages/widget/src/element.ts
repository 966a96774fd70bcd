import type { TokenSetDto } from '@passbeam/protocol';
import { type Binding, createCodeApi, type Push } from './code-api.ts';
import { type Authorization, createdEvent, eventOf, type PassbeamQrEventMap, type TroubleTold } from './events.ts';
import { createFace, type Face } from './face.ts';
import { type CodeApi, createFollower, type Notice, type Person, type View } from './follow.ts';
import { attempt, type Surroundings, surroundingsOf, watchSurroundings } from './surroundings.ts';
import { type Trouble, TroubleError } from './trouble.ts';
import { browserClock, browserPage } from './world.ts';

export type { Binding, Push } from './code-api.ts';
export type { Authorization, PassbeamQrEventMap, TroubleTold } from './events.ts';
export type { Person } from './follow.ts';

/** What the widget shows. */
export type PassbeamQrStatus = View['name'];

/** The properties that a page may set; each has an attribute. */
export type PassbeamQrSettings = Partial<
  Pick<PassbeamQrElement, 'host' | 'appId' | 'binding' | 'push' | 'theme' | 'size' | 'customData' | 'state'>
>;

/** Attributes whose change may require a new QR code; the others only change how the widget looks. */
const codeAttributes: readonly string[] = ['host', 'app-id', 'binding', 'push', 'custom-data', 'state'];
const sizeLimits = { min: 120, max: 640 };

/** The class to extend. The stand-in lets this file be imported where there is no DOM, as in server-side rendering. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * Shows a login code and follows it until somebody confirms. Register it with `@passbeam/widget/define`, or under a name
 * of your own with `customElements.define`.
 *
 * @example
 * <passbeam-qr host="https://login.example.com" app-id="0123456789abcdef01234567"></passbeam-qr>
 */
export class PassbeamQrElement extends Base {
  static readonly observedAttributes = [...codeAttributes, 'lang', 'theme', 'size'];

  #face: Face | null = null;
  readonly #follower = createFollower<TokenSetDto>({
    clock: browserClock,
    page: browserPage,
    show: (view) => this.#show(view),
    tell: (notice) => this.#tell(notice),
  });
  #view: View = { name: 'loading', isRenewal: false };
  #surroundings: Surroundings = { language: 'en', isDark: false };
  #qrcodeId: string | null = null;
  #authorization: Authorization | null = null;
  #trouble: TroubleTold | null = null;
  #customData: Record<string, unknown> | undefined;
  #isStartQueued = false;
  /** The settings that the current QR code was made from, as text; null when the next start must make a new code. */
  #recipe: string | null = null;
  #internals: ElementInternals | undefined;
  #unwatch = () => {};

  /** Address of the passbeam server. */
  get host(): string {
    return this.getAttribute('host') ?? '';
  }
  set host(value: string | null | undefined) {
    reflect(this, 'host', value);
  }

  /** The id of the application that the QR code is made for. */
  get appId(): string {
    return this.getAttribute('app-id') ?? '';
  }
  set appId(value: string | null | undefined) {
    reflect(this, 'app-id', value);
  }

  /** `auto` (default) is dark where the page behind the widget is dark. */
  get theme(): 'auto' | 'light' | 'dark' {
    const theme = this.getAttribute('theme');
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  }
  set theme(value: 'auto' | 'light' | 'dark' | null | undefined) {
    reflect(this, 'theme', value);
  }

  /** Who can follow the QR code. `secret` (default): only this page. `cookie`: every page of this browser. */
  get binding(): Binding {
    return this.getAttribute('binding') === 'cookie' ? 'cookie' : 'secret';
  }
  set binding(value: Binding | null | undefined) {
    reflect(this, 'binding', value);
  }

  /** `auto` (default), or `off` to follow the code by polls alone. */
  get push(): Push {
    return this.getAttribute('push') === 'off' ? 'off' : 'auto';
  }
  set push(value: Push | null | undefined) {
    reflect(this, 'push', value);
  }

  /** Side of the QR code in CSS pixels, 120 to 640. Null (default): `--passbeam-size` decides, or else 240. */
  get size(): number | null {
    const size = Number.parseInt(this.getAttribute('size') ?? '', 10);
    return Number.isNaN(size) ? null : Math.min(sizeLimits.max, Math.max(sizeLimits.min, size));
  }
  set size(value: number | string | null | undefined) {
    reflect(this, 'size', value);
  }

  /** Goes into the user's custom data when they confirm. It is public, because the QR code holds it. The attribute holds it as JSON. */
  get customData(): Record<string, unknown> | undefined {
    return this.#customData;
  }
  set customData(value: Record<string, unknown> | null | undefined) {
    this.#customData = value ?? undefined;
    this.#queueStart();
  }

  /**
   * A random text that your backend drew for this browser. The exchange compares it, so that a login that began elsewhere is not
   * taken for this browser's. It is never in the picture.
   *
   * Reading it while none is set gives `status`, because `state` was the older name of that property.
   */
  get state(): string {
    return this.getAttribute('state') ?? this.status;
  }
  set state(value: string | null | undefined) {
    reflect(this, 'state', value);
  }

  /** What the widget shows now. Also a CSS state: `passbeam-qr:state(scanned)`. */
  get status(): PassbeamQrStatus {
    return this.#view.name;
  }

  /** The id of the current QR code, for listeners that missed the event `created`; null before the first code. */
  get qrcodeId(): string | null {
    return this.#qrcodeId;
  }

  /** Whole seconds until the QR code expires; null when no code is waiting. */
  get expiresIn(): number | null {
    const until = 'until' in this.#view && this.#view.name !== 'offline' ? this.#view.until : undefined;
    return until === undefined ? null : Math.max(0, Math.ceil((until - browserClock.now()) / 1_000));
  }

  /** The person who scanned; null before a scan, or when the server does not tell this page. */
  get person(): Person | null {
    return ('person' in this.#view && this.#view.person) || null;
  }

  /** The detail of the event `authorized`; null in every other status. */
  get authorization(): Authorization | null {
    return this.status === 'authorized' ? this.#authorization : null;
  }

  /** Why the widget cannot go on; null while it can. */
  get trouble(): TroubleTold | null {
    return this.status === 'offline' || this.status === 'error' ? this.#trouble : null;
  }

  connectedCallback(): void {
    this.#adoptEarlyProperties();
    this.#face ??= createFace({
      root: this.attachShadow({ mode: 'open' }),
      clock: browserClock,
      onRenew: () => this.refresh(),
      onImageFailed: () => this.#follower.fail(imageFailed),
    });
    this.#face.setSize(this.size);
    this.#unwatch();
    const unwatchSurroundings = watchSurroundings(this, this.#lookAround);
    window.addEventListener('pageshow', this.#beginAnewIfDone);
    this.#unwatch = () => {
      unwatchSurroundings();
      window.removeEventListener('pageshow', this.#beginAnewIfDone);
    };
    this.#lookAround();
    this.#queueStart();
  }

  /** Stops the widget, unless it was only moved within the document: then it is connected again before the microtask. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#unwatch();
      this.stop();
      this.#recipe = null;
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || this.#face === null) return;
    if (codeAttributes.includes(name)) this.#queueStart();
    else if (name === 'size') this.#face.setSize(this.size);
    else this.#lookAround();
  }

  /** Drops the current QR code and shows a new one. */
  refresh(): void {
    this.#isStartQueued = false;
    if (!this.isConnected) return;
    // Nobody sees a prerendered page yet: a code made now could have expired by the click.
    if ('prerendering' in document && document.prerendering) {
      document.addEventListener('prerenderingchange', this.#queueStart, { once: true });
      return;
    }
    this.#recipe = this.#recipeNow();
    this.#follower.start(this.#createApi());
  }

  /** Drops the current QR code. The person, or `refresh()`, begins again. */
  stop(): void {
    this.#isStartQueued = false;
    this.#follower.stop();
  }

  /**
   * The event `trouble` used to be called `error`. Listeners for `error` on the element itself still work, but no event of that
   * name is sent: monitoring scripts would report it as an exception of the page.
   */
  override addEventListener<Name extends keyof PassbeamQrEventMap>(
    name: Name,
    listener: (event: PassbeamQrEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(name: string, ...rest: [EventListener, boolean?]): void {
    super.addEventListener(name === 'error' ? 'trouble' : name, ...rest);
  }

  override removeEventListener<Name extends keyof PassbeamQrEventMap>(
    name: Name,
    listener: (event: PassbeamQrEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(name: string, ...rest: [EventListener, boolean?]): void {
    super.removeEventListener(name === 'error' ? 'trouble' : name, ...rest);
  }

  // The functions below are fields, because some of the promised browsers do not know private methods.

  /** Makes a new code after the last of several attribute changes, and only if the recipe differs: frameworks set attributes one by one. */
  readonly #queueStart = (): void => {
    if (this.#isStartQueued || !this.isConnected) return;
    this.#isStartQueued = true;
    queueMicrotask(() => {
      const isWanted = this.#isStartQueued && this.#recipeNow() !== this.#recipe;
      this.#isStartQueued = false;
      if (isWanted) this.refresh();
    });
  };

  /** The settings that a QR code is made from. @throws TroubleError */
  readonly #settings = () => {
    const { host, appId, binding, push } = this;
    const state = this.getAttribute('state') ?? undefined;
    return { host, appId, binding, push, state, customData: this.#customDataGiven() };
  };

  readonly #recipeNow = (): string => attempt(() => JSON.stringify(this.#settings(), sortedKeys)) ?? '';

  readonly #createApi = (): CodeApi<TokenSetDto> => {
    const lang = this.#surroundings.language === 'zh' ? 'zh-CN' : 'en-US';
    try {
      return createCodeApi({ ...this.#settings(), lang });
    } catch (error) {
      const refuse = () => Promise.reject(error);
      return { create: refuse, poll: refuse };
    }
  };

  readonly #customDataGiven = (): Record<string, unknown> | undefined => {
    const text = this.getAttribute('custom-data');
    if (this.#customData !== undefined || text === null) return this.#customData;
    try {
      return JSON.parse(text);
    } catch {
      const message = 'The attribute custom-data must hold a JSON object';
      throw new TroubleError({ kind: 'rejected', code: 'configuration', message });
    }
  };

  readonly #show = (view: View): void => {
    const previous = this.#view.name;
    this.#view = view;
    attempt(() => {
      this.#internals ??= this.attachInternals();
      this.#internals.states.delete(previous);
      this.#internals.states.add(view.name);
    });
    this.#draw();
    if (view.name === 'loading' || view.name === 'stopped') this.#qrcodeId = null;
    // The event `created` is sent once per code, while its image still loads, so before anybody can scan it.
    if (view.name !== 'pending' || view.code.qrcodeId === this.#qrcodeId) return;
    this.#qrcodeId = view.code.qrcodeId;
    this.dispatchEvent(createdEvent(this.#qrcodeId));
  };

  readonly #tell = (notice: Notice<TokenSetDto>): void => {
    const event = eventOf(notice);
    if (notice.name === 'authorized') this.#authorization = event.detail;
    if (notice.name === 'error') this.#trouble = event.detail;
    this.dispatchEvent(event);
  };

  readonly #lookAround = (): void => {
    this.#surroundings = surroundingsOf(this);
    this.#draw();
  };

  readonly #draw = (): void => {
    const { theme } = this;
    const { language, isDark } = this.#surroundings;
    this.#face?.show(this.#view, { language, isDark: theme === 'auto' ? isDark : theme === 'dark' });
  };

  /** Starts anew when the person returns to a page of a finished login that the browser kept: "Signing you in" is no longer true. */
  readonly #beginAnewIfDone = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && this.status === 'authorized') this.refresh();
  };

  /** Properties that were set before the tag was registered hide the accessors of the class: this passes their values on. */
  readonly #adoptEarlyProperties = (): void => {
    for (const name of ['host', 'appId', 'theme', 'binding', 'push', 'size', 'customData', 'state'] as const) {
      if (!Object.keys(this).includes(name)) continue;
      const value = this[name];
      delete (this as Partial<Record<typeof name, unknown>>)[name];
      Object.assign(this, { [name]: value });
    }
  };
}

/** Sets an attribute; null and undefined remove it, as frameworks expect. */
function reflect(element: Element, name: string, value: string | number | null | undefined): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

/** A replacer for `JSON.stringify` that sorts keys, so that equal objects give equal texts. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const imageFailed: Trouble = { kind: 'image', code: 'image_failed', message: 'The image of the code did not load' };

declare global {
  interface Document {
    /** True while the browser prepares the page before a click. Absent in some browsers. */
    readonly prerendering?: boolean;
  }
}
