import type { InteractionView } from '@passbeam/protocol';

type Methods = InteractionView['methods'];

/** What a person may be known by. */
export type Identifier = NonNullable<Methods['password']>['fields'][number];
/** Where a one-time code may be sent. */
export type Contact = NonNullable<Methods['passcode']>['channels'][number];
