import type { TokenSetDto } from '@passbeam/protocol';
import type { Notice, Person } from './follow.ts';

/** What the page hears. Every event bubbles and leaves shadow trees (`composed`). */
export interface PassbeamQrEventMap {
  /**
   * A new code is about to be shown. A page without a `state` tells its backend the id, which then accepts the ticket of this code alone
   * from this browser (threats T10); with one there is nothing to do.
   */
  created: CustomEvent<{ qrcodeId: string }>;
  /** Somebody scanned; empty texts when the server tells this page nothing about the person. */
  scanned: CustomEvent<Person & { qrcodeId: string }>;
  /** The person confirmed. */
  authorized: CustomEvent<Authorization>;
  cancelled: CustomEvent<{ qrcodeId: string }>;
  /** `willRenew`: a new code follows by itself. */
  expired: CustomEvent<{ qrcodeId: string; willRenew: boolean }>;
  /** Something is in the way. Not called `error`: whatever files exceptions takes every event of that name for one. */
  trouble: CustomEvent<TroubleTold>;
}

/** What a confirmed code brings. Send `ticket` and `pollSecret` to your backend, which exchanges them. */
export interface Authorization {
  qrcodeId: string;
  ticket?: string;
  /** Comes instead of a ticket only where the server is set to hand tokens to browsers. */
  tokenSet?: TokenSetDto;
  /** Ties the ticket to this page. Absent with `binding="cookie"`, and on pages without WebCrypto. */
  pollSecret?: string;
}

export interface TroubleTold {
  /** The SDK's error code, or `image_failed`, `code_fault`, `origin_not_allowed`. */
  code: string;
  /** For the developer, in English or as the server words it. */
  message: string;
  /** The widget goes on by itself. */
  willRetry: boolean;
}

type Details = { [Name in keyof PassbeamQrEventMap]: PassbeamQrEventMap[Name]['detail'] };

export const createdEvent = (qrcodeId: string): CustomEvent => event('created', { qrcodeId });

export function eventOf(notice: Notice<TokenSetDto>): CustomEvent {
  if (notice.name === 'error') {
    const { code, message } = notice.trouble;
    return event('trouble', { code, message, willRetry: notice.willRetry });
  }
  const { qrcodeId, pollSecret } = notice.code;
  switch (notice.name) {
    case 'scanned':
      return event('scanned', { displayName: '', photo: '', ...notice.person, qrcodeId });
    case 'authorized':
      return event('authorized', { qrcodeId, ticket: notice.ticket, tokenSet: notice.tokenSet, pollSecret });
    case 'cancelled':
      return event('cancelled', { qrcodeId });
    case 'expired':
      return event('expired', { qrcodeId, willRenew: notice.willRenew });
  }
}

function event<Name extends keyof Details>(name: Name, detail: Details[Name]): CustomEvent<Details[Name]> {
  return new CustomEvent(name, { detail, bubbles: true, composed: true });
}
