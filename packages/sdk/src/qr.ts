import type { CheckQrCodeStatusDataDto, GeneQrCodeDataDto, GeneQrCodeDto, QrCodeStatus } from '@passbeam/protocol';
import { toBase64Url } from './base64.ts';
import { checkedHeaderText } from './options.ts';
import { type Call, type CallOptions, type ConnectionOptions, callV3, connect } from './request.ts';
import { streamOf, type WatchOptions, watchCode } from './watch.ts';
import { webCrypto } from './web-crypto.ts';

/**
 * The part a web page needs, as plain functions: `@passbeam/sdk/qr`. No secret is involved, and in a browser each
 * request carries the cookie that ties the code to its page (threats T9), so poll from where you created.
 */

export type { CallOptions, ConnectionOptions } from './request.ts';
export type { WatchOptions } from './watch.ts';

/** `type` defaults to `MOBILE_APP`, the only kind served. */
export type GeneQrCodeInput = Omit<GeneQrCodeDto, 'type'> & { type?: GeneQrCodeDto['type'] };

export interface PollOptions extends CallOptions {
  /** The secret whose challenge the code was created with; travels in a header, never in the address. */
  pollSecret?: string;
  /** The status last seen. With `waitSeconds`, the reply waits until it is another one. */
  since?: QrCodeStatus;
  /** How long it may wait, 0 (default) to 30; on top of the connection's `timeoutMs`. */
  waitSeconds?: number;
}

/**
 * Creates a code to show (wire 2.1).
 *
 * @returns `qrcodeId`, `url` (PNG; `.svg` in place of `.png` gives an SVG), `expiresIn` in seconds (120 by default)
 * @throws ApiError app_not_found, invalid_argument, too_many_requests · NetworkError · TimeoutError · ConfigurationError
 * @example
 * const { qrcodeId, url } = await geneQrCode({ host, appId }, { customData: { from: 'desk' } });
 */
export async function geneQrCode(
  options: ConnectionOptions,
  input: GeneQrCodeInput = {},
  callOptions: CallOptions = {},
): Promise<GeneQrCodeDataDto> {
  return callV3(connect(options), geneQrCodeCall(input, callOptions));
}

/**
 * Asks once how a code is doing (wire 2.2). Poll at once, then about every second; `expiresIn` counts from now.
 *
 * @returns `status`, with `briefUserInfo` from SCANNED on, `ticket` at AUTHORIZED, `expiresIn` (seconds left) before.
 * An expired, redeemed or foreign code is `EXPIRED`, not an error.
 * @throws ApiError qr_not_found, too_many_requests · NetworkError · TimeoutError · the signal's reason
 * @example
 * const { status, ticket } = await getQrCodeStatus({ host, appId }, qrcodeId, { signal });
 */
export async function getQrCodeStatus(
  options: ConnectionOptions,
  qrcodeId: string,
  pollOptions: PollOptions = {},
): Promise<CheckQrCodeStatusDataDto> {
  return callV3(connect(options), qrCodeStatusCall('get-qrcode-status', qrcodeId, pollOptions));
}

/**
 * Follows a code until it is AUTHORIZED, CANCELLED or EXPIRED: yields its status at once, and then each change as soon as
 * it happens. The server pushes (server-sent events); where a proxy spoils that, replies wait for the change, and where that
 * does not work either, it asks each second. Broken connections are opened again. Leave the loop, or abort, to stop.
 *
 * @throws ApiError qr_not_found and other refusals · NetworkError, TimeoutError when the server stays away for half a minute ·
 * the signal's reason
 * @example
 * for await (const { status, ticket } of watchQrCodeStatus({ host, appId }, qrcodeId)) show(status);
 */
export function watchQrCodeStatus(
  options: ConnectionOptions,
  qrcodeId: string,
  watchOptions: WatchOptions = {},
): AsyncGenerator<CheckQrCodeStatusDataDto, void, undefined> {
  const connection = connect(options);
  return watchCode(connection, (endpoint, how) => qrCodeStatusCall(endpoint, qrcodeId, how), watchOptions);
}

/**
 * The stream of a code as one connection gives it: the status now, then each change, until the connection ends. For callers
 * that have their own way on when it breaks; everybody else wants `watchQrCodeStatus`.
 *
 * @throws NetworkError and others when there is no stream to be had · the signal's reason
 * @example
 * for await (const { status } of streamQrCodeStatus({ host, appId }, qrcodeId, { pollSecret, signal })) show(status);
 */
export function streamQrCodeStatus(
  options: ConnectionOptions,
  qrcodeId: string,
  watchOptions: WatchOptions = {},
): AsyncGenerator<CheckQrCodeStatusDataDto, void, undefined> {
  return streamOf(connect(options), qrCodeStatusCall('watch-qrcode-status', qrcodeId, watchOptions));
}

/**
 * A poll secret and its challenge (threats T9). Create the code with `pollChallenge: challenge`, poll with
 * `pollSecret: secret`, and hand the secret to your backend for the exchange: nobody else can follow the code then.
 *
 * @returns `secret`: 32 random bytes as base64url · `challenge`: base64url of its SHA-256
 * @throws PassbeamError crypto_unavailable outside a secure context
 */
export async function createPollSecret(): Promise<{ secret: string; challenge: string }> {
  const crypto = webCrypto();
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return { secret, challenge: toBase64Url(new Uint8Array(digest)) };
}

/**
 * A state for one visitor's login: keep it in their own cookie (HttpOnly, Secure, SameSite=Lax), let the page make its code with it,
 * and pass the cookie's value to `exchangeTokenSetWithQrCodeTicket`.
 *
 * @returns 32 random bytes as base64url
 */
export function createState(): string {
  return toBase64Url(webCrypto().getRandomValues(new Uint8Array(32)));
}

/** Shared with the clients, which send the same calls over a connection of their own. */
export function geneQrCodeCall(input: GeneQrCodeInput, { signal }: CallOptions): Call {
  return { signal, method: 'POST', path: '/api/v3/gene-qrcode', json: { ...input, type: input.type ?? 'MOBILE_APP' } };
}

export function qrCodeStatusCall(
  endpoint: 'get-qrcode-status' | 'check-qrcode-status' | 'watch-qrcode-status',
  qrcodeId: string,
  { pollSecret, since, waitSeconds = 0, signal }: PollOptions,
): Call {
  const query: Record<string, string> = { qrcodeId };
  const call: Call = { method: 'GET', path: `/api/v3/${endpoint}`, query, signal, waitMs: waitSeconds * 1000 };
  if (since !== undefined) query.since = since;
  if (waitSeconds !== 0) query.waitSeconds = String(waitSeconds);
  if (pollSecret !== undefined) call.headers = { 'x-qr-poll-secret': checkedHeaderText('pollSecret', pollSecret) };
  return call;
}
