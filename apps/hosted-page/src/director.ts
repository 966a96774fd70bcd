import type { InteractionView } from '@passbeam/protocol';
import { backoffMs, type Clock, type Page, pause } from '@passbeam/widget/parts';
import { type Api, NoAnswer, Refusal } from './api.ts';
import { el } from './draw/dom.ts';
import type { Frame } from './draw/frame.ts';
import type { LanguageChoice } from './language.ts';
import { chooseAccountScreen } from './screens/choose-account.ts';
import { consentScreen } from './screens/consent.ts';
import { leaveScreen } from './screens/leave.ts';
import { messageScreen } from './screens/message.ts';
import { forgotScreen, passwordDueScreen } from './screens/new-password.ts';
import { signInScreen } from './screens/sign-in.ts';
import { signUpScreen } from './screens/sign-up.ts';
import type { Place, Screen, Stage } from './stage.ts';
import { words } from './words.ts';

/** A view that is older is asked for again when the person comes back to the page: another tab may have changed it. */
const freshMs = 3_000;
const slowMs = 1_000;

/** Why the page cannot go on; with `until` it tries again by itself then. */
interface Trouble {
  error: unknown;
  until?: number;
  tryNow?(): void;
}

export interface Director {
  start(): void;
  /** Shows what ends the page before it began. */
  fail(error: Refusal): void;
  redraw(): void;
}

/** Decides which screen is shown. Where things stand comes from the server alone; the page adds where the person is within a step. */
export function createDirector(parts: {
  api: Api;
  clock: Clock;
  page: Page;
  frame: Frame;
  language: LanguageChoice;
  leave(address: string): void;
}): Director {
  const { api, clock, page, language, frame } = parts;
  let view: InteractionView | null = null;
  let trouble: Trouble | null = null;
  let place: Place = placeOf(history.state);
  let hasChanged = false;
  let isRunning = false;
  let readAt = 0;
  let cancelExpiry = () => {};
  const leaving: (() => void)[] = [];

  return {
    start() {
      page.watch(lookAgain);
      window.addEventListener('popstate', ({ state }) => {
        place = placeOf(state);
        if (trouble === null) draw();
      });
      void run(api.view);
    },
    fail: (error) => fail({ error }),
    redraw: draw,
  };

  function show(next: InteractionView): void {
    const isOther = view === null || trouble !== null || hasChanged || stateOf(next) !== stateOf(view);
    if (view !== null && next.step !== view.step) {
      place = { name: 'main' };
      history.replaceState(null, '');
    }
    view = next;
    trouble = null;
    readAt = clock.now();
    if (next.locale !== null) language.suggest(next.locale);
    cancelExpiry();
    if (next.step !== 'leave')
      cancelExpiry = clock.after((next.expiresInSeconds + 1) * 1_000, () => void run(api.view));
    if (isOther) draw();
  }

  function fail(next: Trouble): void {
    trouble = next;
    draw();
  }

  async function run(request: () => Promise<InteractionView>): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    frame.setBusy(true);
    const calm = clock.after(slowMs, () => {
      frame.setSlow(true);
      frame.announce(words[language.now()].stillWorking);
    });
    try {
      show(await persist(request));
    } catch (error) {
      fail({ error, tryNow: () => void run(api.view) });
    } finally {
      calm();
      isRunning = false;
      frame.setBusy(false);
      frame.setSlow(false);
    }
  }

  /** Repeats a request until there is an answer. The calls may be repeated: whatever an earlier one did, the answer is the same. */
  async function persist(request: () => Promise<InteractionView>): Promise<InteractionView> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await request();
      } catch (error) {
        if (isStale(error)) {
          hasChanged = true;
          return api.view();
        }
        if (!(error instanceof NoAnswer) && !(error instanceof Refusal && error.isTransient)) throw error;
        const asked = (error instanceof Refusal && error.retryAfterSeconds) || 0;
        const ms = backoffMs(failures, asked, clock.random);
        const nudge = nudged(page);
        fail({ error, until: clock.now() + ms, ...(asked === 0 && { tryNow: nudge.now }) });
        await pause({ clock, page: nudge.page }, { ms, atLeastMs: asked * 1_000, signal: forever });
      }
    }
  }

  function takes(refusal: Refusal): boolean {
    const isEnd = ['interaction_not_found', 'interaction_foreign', 'route_not_found'].includes(refusal.code);
    if (isEnd) fail({ error: refusal });
    const isOld = isStale(refusal);
    if (isOld) {
      hasChanged = true;
      void run(api.view);
    }
    return isEnd || isOld;
  }

  /** The person is back, or the network is. */
  async function lookAgain(): Promise<void> {
    if (page.isHidden() || isRunning || view === null || clock.now() - readAt < freshMs) return;
    readAt = clock.now();
    try {
      show(await api.view());
    } catch (error) {
      if (error instanceof Refusal) takes(error);
    }
  }

  function go(next: Place): void {
    const wasEntry = placeOf(history.state).name !== 'main';
    if (next.name === 'main' && wasEntry) {
      history.back();
      return;
    }
    if (next.name === 'signUp' || next.name === 'forgot') history.pushState({ place: next.name }, '');
    place = next;
    draw();
  }

  function draw(): void {
    for (const call of leaving.splice(0)) call();
    const said = words[language.now()];
    const { title, content } = screen();
    const notice = hasChanged ? el('p', { class: 'notice', role: 'status' }, said.changedElsewhere) : null;
    hasChanged = false;
    frame.draw({ application: view?.application ?? null, words: said, title, content: [notice, ...content] });
  }

  function screen(): Screen {
    const common = {
      words: words[language.now()],
      language: language.now(),
      api,
      clock,
      page,
      show,
      go,
      run,
      takes,
      announce: (text: string) => frame.announce(text),
      onLeave: (call: () => void) => void leaving.push(call),
    };
    if (trouble !== null || view === null) return messageScreen({ ...common, view }, trouble?.error, trouble ?? {});
    return screenOf({ ...common, view });
  }

  function screenOf(stage: Stage): Screen {
    const { step, methods } = stage.view;
    if (step === 'leave') return leaveScreen(stage, parts.leave);
    if (step === 'consent') return consentScreen(stage);
    if (step === 'chooseAccount') return chooseAccountScreen(stage);
    if (place.name === 'due') return passwordDueScreen(stage, place.token);
    if (place.name === 'signUp' && methods.signUp !== null) return signUpScreen(stage);
    if (place.name === 'forgot' && methods.forgotPassword) return forgotScreen(stage);
    return signInScreen(stage);
  }
}

const isStale = (error: unknown) => error instanceof Refusal && ['form_stale', 'wrong_step'].includes(error.code);

/** What a person sees of a view. */
const stateOf = (view: InteractionView) => JSON.stringify({ ...view, formToken: '', expiresInSeconds: 0 });

function placeOf(state: unknown): Place {
  const name = (state as { place?: unknown } | null)?.place;
  return { name: name === 'signUp' || name === 'forgot' ? name : 'main' };
}

const forever = new AbortController().signal;

/** A page whose watchers a button may call as well. */
function nudged(page: Page): { page: Page; now(): void } {
  const watchers = new Set<() => void>();
  return {
    now() {
      for (const call of [...watchers]) call();
    },
    page: {
      isHidden: page.isHidden,
      watch(call) {
        watchers.add(call);
        const unwatch = page.watch(call);
        return () => {
          watchers.delete(call);
          unwatch();
        };
      },
    },
  };
}
