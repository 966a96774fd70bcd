/** The entry for Node. Node 18 has WebCrypto, but not as a global, so it is provided here. */
import { webcrypto } from 'node:crypto';
import { provideWebCrypto } from './web-crypto.ts';

provideWebCrypto(webcrypto as Crypto);

export * from './index.ts';
