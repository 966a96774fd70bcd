import type { TokenSetDto } from '@passbeam/protocol';
import type { Notice, Person } from './follow.ts';

/** What the page hears. Every event bubbles and leaves shadow trees (`composed`). */
export interface PassbeamQrEventMap {
  /**
   * A new code is about to be shown. Note its id in this browser's pre-login session at your backend, which then accepts
   * the ticket of this code alone from it (threat T10).
   */
  created: CustomEvent<{ qrcodeId: string }>;
  /** Somebody scanned; empty texts when the server tells this page nothing about the person. */
  scanned: CustomEvent<Person & { qrcodeId: string }>;
  /**
   * The person confirmed. Send `ticket` (with `pollSecret`, when `binding` is `secret`) to your backend, which exchanges
   * it. `tokenSet` comes instead only where the server is set to hand tokens to browsers.
   */
  authorized: CustomEvent<{ qrcodeId: string; ticket?: string; tokenSet?: TokenSetDto; pollSecret?: string }>;
  cancelled: CustomEvent<{ qrcodeId: string }>;
  /** `willRenew`: a new code follows by itself. */
  expired: CustomEvent<{ qrcodeId: string; willRenew: boolean }>;
  /** `willRetry`: the widget goes on by itself. `code` is the SDK's error code, or `image_failed`, `code_fault`. */
  error: CustomEvent<{ code: string; message: string; willRetry: boolean }>;
}

type Details = { [Name in keyof PassbeamQrEventMap]: PassbeamQrEventMap[Name]['detail'] };

export const createdEvent = (qrcodeId: string): CustomEvent => event('created', { qrcodeId });

export function eventOf(notice: Notice<TokenSetDto>): CustomEvent {
  switch (notice.name) {
    case 'scanned': {
      const { displayName = '', photo = '' } = notice.person ?? {};
      return event('scanned', { displayName, photo, qrcodeId: notice.code.qrcodeId });
    }
    case 'authorized': {
      const { qrcodeId, pollSecret } = notice.code;
      return event('authorized', { qrcodeId, ticket: notice.ticket, tokenSet: notice.tokenSet, pollSecret });
    }
    case 'cancelled':
      return event('cancelled', { qrcodeId: notice.code.qrcodeId });
    case 'expired':
      return event('expired', { qrcodeId: notice.code.qrcodeId, willRenew: notice.willRenew });
    case 'error': {
      const { code, message } = notice.trouble;
      return event('error', { code, message, willRetry: notice.willRetry });
    }
  }
}

function event<Name extends keyof Details>(name: Name, detail: Details[Name]): CustomEvent<Details[Name]> {
  return new CustomEvent(name, { detail, bubbles: true, composed: true });
}
