import type { CheckQrCodeStatusDataDto, GeneQrCodeDataDto, GeneQrCodeDto, QrCodeStatus } from '@passbeam/protocol';
import { toBase64Url } from './base64.ts';
import { checkedHeaderText } from './options.ts';
import { type Call, type CallOptions, type ConnectionOptions, callV3, connect } from './request.ts';
import { streamOf, type WatchOptions, watchCode } from './watch.ts';
import { webCrypto } from './web-crypto.ts';

/**
 * What a web page needs, as plain functions: `@passbeam/sdk/qr`. No application secret is involved. In a browser each request
 * carries the cookie that ties the QR code to its page (threats T9), so poll from the page that created the code.
 */

export type { CallOptions, ConnectionOptions } from './request.ts';
export type { WatchOptions } from './watch.ts';

/** `type` defaults to `MOBILE_APP`, the only kind that the server makes. */
export type GeneQrCodeInput = Omit<GeneQrCodeDto, 'type'> & { type?: GeneQrCodeDto['type'] };

export interface PollOptions extends CallOptions {
  /** The secret whose challenge the QR code was created with. It travels in a header, never in the URL. */
  pollSecret?: string;
  /** The status that you last saw. With `waitSeconds`, the reply waits until the status is another one. */
  since?: QrCodeStatus;
  /** For how long the reply may wait, 0 (default) to 30; the timeout grows by as much. */
  waitSeconds?: number;
}

/**
 * Creates a QR code to show (wire 2.1).
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
 * Asks once for the status of a QR code (wire 2.2). Poll right after creating it, then about every second.
 *
 * @returns `status`; `expiresIn` (seconds from now) while PENDING or SCANNED, `briefUserInfo` from SCANNED on, `ticket` at
 * AUTHORIZED. A code that expired, was redeemed or belongs to another page is `EXPIRED`, not an error.
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
 * Follows a QR code until it is AUTHORIZED, CANCELLED or EXPIRED: yields its status at once, and then each change as soon as
 * it happens. It listens to server-sent events; where a proxy breaks those, it sends polls that wait for the change, and
 * where that fails, too, it polls each second. Broken connections are opened again. To stop, leave the loop or abort.
 *
 * @throws ApiError qr_not_found and other refusals · NetworkError, TimeoutError after half a minute without an answer ·
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
 * The stream of a QR code over one connection: its status now, then each change, until the connection ends. For callers that
 * decide by themselves what to do after a break; all others use `watchQrCodeStatus`.
 *
 * @throws NetworkError, TimeoutError, ApiError when the stream cannot be opened or breaks · the signal's reason
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
 * A poll secret and its challenge (threats T9). Create the QR code with `pollChallenge: challenge`, poll with
 * `pollSecret: secret`, and pass the secret to your backend for the exchange: then nobody else can follow the code.
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
 * A state for one visitor's login. Keep it in their own cookie (HttpOnly, Secure, SameSite=Lax), let the page make its QR code
 * with it, and pass the cookie's value to `exchangeTokenSetWithQrCodeTicket`.
 *
 * @returns 32 random bytes as base64url
 */
export function createState(): string {
  return toBase64Url(webCrypto().getRandomValues(new Uint8Array(32)));
}

/** The call that creates a QR code; the clients send the same one over their own connections. */
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
