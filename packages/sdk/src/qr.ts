import type { CheckQrCodeStatusDataDto, GeneQrCodeDataDto, GeneQrCodeDto } from '@passbeam/protocol';
import { toBase64Url } from './base64.ts';
import { checkedHeaderText } from './options.ts';
import { type Call, type CallOptions, type ConnectionOptions, callV3, connect } from './request.ts';
import { webCrypto } from './web-crypto.ts';

/**
 * The part a web page needs, as plain functions: `@passbeam/sdk/qr`. No secret is involved, and in a browser each
 * request carries the cookie that ties the code to its page (threat T9), so poll from where you created.
 */

export type { CallOptions, ConnectionOptions } from './request.ts';

/** `type` defaults to `MOBILE_APP`, the only kind served. */
export type GeneQrCodeInput = Omit<GeneQrCodeDto, 'type'> & { type?: GeneQrCodeDto['type'] };

export interface PollOptions extends CallOptions {
  /** The secret whose challenge the code was created with; travels in a header, never in the address. */
  pollSecret?: string;
}

/**
 * Creates a code to show (contract 2.1).
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
 * Asks once how a code is doing (contract 2.2). Poll at once, then about every second; `expiresIn` counts from now.
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
 * A poll secret and its challenge (threat T9). Create the code with `pollChallenge: challenge`, poll with
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

/** Shared with the clients, which send the same calls over a connection of their own. */
export function geneQrCodeCall(input: GeneQrCodeInput, { signal }: CallOptions): Call {
  return { signal, method: 'POST', path: '/api/v3/gene-qrcode', json: { ...input, type: input.type ?? 'MOBILE_APP' } };
}

export function qrCodeStatusCall(
  endpoint: 'get-qrcode-status' | 'check-qrcode-status',
  qrcodeId: string,
  { pollSecret, signal }: PollOptions,
): Call {
  const call: Call = { method: 'GET', path: `/api/v3/${endpoint}`, query: { qrcodeId }, signal };
  if (pollSecret !== undefined) call.headers = { 'x-qr-poll-secret': checkedHeaderText('pollSecret', pollSecret) };
  return call;
}
