import type { ChangeQrCodeStatusDataDto, ChangeQrCodeStatusDto } from '@passbeam/protocol';
import { ApiError, ConfigurationError, PassbeamError } from '../errors.ts';
import { checkedFetch, checkedHeaderText, checkedHost, checkedTimeoutMs } from '../options.ts';
import { type Connection, callV3 } from '../request.ts';
import { sdkVersion } from '../version.ts';

/** The part of `fetch` that is needed. The global one fits, and so do a few lines around a mini program's own request. */
export type ApprovalFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string },
) => Promise<{ status: number; headers: { get(name: string): string | null }; text(): Promise<string> }>;

export interface MoveOptions {
  /** The server's address, with scheme: `https://login.example.com`. Links in codes count only if they begin with it. */
  host: string;
  /** The id of the phone's application. It is public. */
  appId: string;
  /** The id of the app's user pool: codes that name another one are not answered, and nothing is sent for them. */
  userPoolId?: string;
  /** Language of all texts, `en-US` (default) or `zh-CN`. */
  lang?: string;
  /** Milliseconds until a request is given up. Default 10 000. */
  timeoutMs?: number;
  /** Replaces the runtime's `fetch`. Needed where there is none, as in mini programs. */
  fetch?: ApprovalFetch;
  /**
   * Gives the access token of whoever is signed in; null when nobody is. Asked before every request. `refused` is the token that the
   * server has just refused: renew it then. The request is sent once more if another one comes.
   */
  accessToken(refused: string | null): string | null | Promise<string | null>;
}

/**
 * Sends the phone's moves, each with a token that was asked for at that moment.
 *
 * @throws ConfigurationError naming the option
 */
export function createMoves(options: MoveOptions): (move: ChangeQrCodeStatusDto) => Promise<ChangeQrCodeStatusDataDto> {
  const { appId, userPoolId, lang, accessToken } = options;
  if (typeof accessToken !== 'function') throw new ConfigurationError('accessToken', 'must be a function');
  const connection: Connection = {
    host: checkedHost(options.host),
    headers: {
      'x-authing-app-id': checkedHeaderText('appId', appId),
      ...(userPoolId !== undefined && { 'x-authing-userpool-id': checkedHeaderText('userPoolId', userPoolId) }),
      ...(lang !== undefined && { 'x-authing-lang': checkedHeaderText('lang', lang) }),
      'x-authing-sdk-version': sdkVersion,
    },
    timeoutMs: checkedTimeoutMs(options.timeoutMs),
    sendsCookies: false,
    fetch: checkedFetch(options.fetch),
  };

  async function currentToken(refused: string | null): Promise<string> {
    const token = await accessToken(refused);
    if (!token) throw new PassbeamError('access_token_missing', 'Nobody is signed in');
    return checkedHeaderText('accessToken', token);
  }

  const send = (json: ChangeQrCodeStatusDto, authorization: string) =>
    callV3<ChangeQrCodeStatusDataDto>(connection, {
      method: 'POST',
      path: '/api/v3/set-qrcode-status',
      json,
      headers: { authorization },
    });

  return async function move(json) {
    const token = await currentToken(null);
    try {
      return await send(json, token);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'not_signed_in')) throw error;
      const renewed = await currentToken(token);
      if (renewed === token) throw error;
      return send(json, renewed);
    }
  };
}
