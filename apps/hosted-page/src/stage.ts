import type { InteractionView } from '@passbeam/protocol';
import type { Clock, Language, Page } from '@passbeam/widget/parts';
import type { Api, Refusal } from './api.ts';
import type { Words } from './words.ts';

/** Where a person is within one step. All but `due`, which needs a token, are entries of the browser's history. */
export type Place = { name: 'main' } | { name: 'signUp' } | { name: 'forgot' } | { name: 'due'; token: string };

/** What a screen may use of the page around it. */
export interface Stage {
  readonly view: InteractionView;
  readonly words: Words;
  readonly language: Language;
  readonly api: Api;
  readonly clock: Clock;
  readonly page: Page;
  /** Goes on with what the server says now. */
  show(view: InteractionView): void;
  go(place: Place): void;
  /** Asks until there is an answer, tells the person meanwhile, and shows where things stand then. */
  run(request: () => Promise<InteractionView>): Promise<void>;
  /** Takes a refusal that concerns the whole page, such as a login that is over; false for all others. */
  takes(refusal: Refusal): boolean;
  /** Says a text to screen readers. */
  announce(text: string): void;
  /** Calls when the screen goes. */
  onLeave(call: () => void): void;
}

export interface Screen {
  title: string;
  content: (Node | null)[];
}
