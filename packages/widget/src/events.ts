import type { TokenSetDto } from '@passbeam/protocol';
import type { Notice, Person } from './follow.ts';

/** The events of the widget. Every event bubbles, also out of shadow trees (`composed`). */
export interface PassbeamQrEventMap {
  /**
   * A new QR code is about to be shown. A page without a `state` sends its id to its backend, which accepts only its ticket from this
   * browser (threats T10).
   */
  created: CustomEvent<{ qrcodeId: string }>;
  /** Somebody scanned. The texts are empty when the server tells this page nothing about the person. */
  scanned: CustomEvent<Person & { qrcodeId: string }>;
  /** The person confirmed. */
  authorized: CustomEvent<Authorization>;
  /** The person declined on the phone. */
  cancelled: CustomEvent<{ qrcodeId: string }>;
  /** The QR code expired. With `willRenew`, a new one follows by itself. */
  expired: CustomEvent<{ qrcodeId: string; willRenew: boolean }>;
  /** The widget cannot go on. The name is not `error`, because monitoring scripts report each event of that name as an exception. */
  trouble: CustomEvent<TroubleTold>;
}

/** What a confirmed code brings. Send `ticket` and `pollSecret` to your backend, which exchanges them. */
export interface Authorization {
  qrcodeId: string;
  ticket?: string;
  /** In place of a ticket, where the server's settings give tokens to browsers. */
  tokenSet?: TokenSetDto;
  /** Proves that the ticket belongs to this page. Absent with `binding="cookie"`, and on pages without WebCrypto. */
  pollSecret?: string;
}

export interface TroubleTold {
  /** The SDK's error code, or `image_failed`, `code_fault`, `origin_not_allowed`. */
  code: string;
  /** A message for developers: in English, or in the server's words. */
  message: string;
  /** True when the widget tries again by itself. */
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
