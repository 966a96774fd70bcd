import type { Application } from '../directory/application.ts';

/**
 * Whether the address is one of the application's: letter by letter (threats T26). Only the port of a loopback address may
 * differ, for native apps take a free one each time (RFC 8252, 7.3).
 */
export function isRegistered(
  { redirectUris, tokenEndpointAuthMethod }: Pick<Application, 'redirectUris' | 'tokenEndpointAuthMethod'>,
  uri: string,
): boolean {
  if (redirectUris.includes(uri)) return true;
  const portless = tokenEndpointAuthMethod === 'none' ? withoutLoopbackPort(uri) : null;
  return portless !== null && redirectUris.some((registered) => withoutLoopbackPort(registered) === portless);
}

function withoutLoopbackPort(uri: string): string | null {
  const [, host, rest] = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^\\]*)?$/.exec(uri) ?? [];
  return host === undefined ? null : `${host}${rest ?? ''}`;
}

/** Whether any app on a phone could claim the address: only one of the web proves whose it is (RFC 8252, 8.6). */
export function isClaimable(uri: string): boolean {
  return !/^https?:/i.test(uri);
}
