import { PassbeamError } from './errors.ts';

let provided: Crypto | undefined;

/** For runtimes without a global WebCrypto, such as Node 18: the `node` entry provides it. */
export function provideWebCrypto(webCrypto: Crypto): void {
  provided = webCrypto;
}

/** @throws PassbeamError crypto_unavailable, for example on a page that is not a secure context */
export function webCrypto(): Crypto {
  const found = globalThis.crypto ?? provided;
  if (found?.subtle === undefined) throw new PassbeamError('crypto_unavailable', 'WebCrypto is not available here');
  return found;
}
