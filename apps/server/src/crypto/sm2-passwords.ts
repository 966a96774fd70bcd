import { sm2 } from 'sm-crypto-v2';

/** Lengths in hex digits. A ciphertext is a point, a hash, and as many bytes as the password has: C1C3C2 of GM/T 0003.4. */
const pointLength = 128;
const hashLength = 64;
const c1c3c2 = 1;
/** The wire's schemas bound texts at this length; GraphQL's are checked here, before the arithmetic. */
const maxTextLength = 1024;

export const newSm2Key = async (): Promise<string> => sm2.generateKeyPairHex().privateKey;

/** Ciphertexts in hex or base64, with or without the `04` that libraries put before an uncompressed point. */
export function openSm2Key(privateKey: string) {
  /** @throws Error when it does not begin with a point of the curve */
  const opened = (ciphertext: string) => sm2.doDecrypt(ciphertext, privateKey, c1c3c2, { output: 'array' });

  return {
    publicKey: sm2.getPublicKeyFromPrivateKey(privateKey),
    decrypt(text: string): Uint8Array | null {
      for (const ciphertext of readingsOf(text)) {
        try {
          const message = opened(ciphertext);
          return message.length === 0 ? null : message;
        } catch {
          // This reading is no point; the other one may be.
        }
      }
      return null;
    },
  };
}

/** A point may begin with the very byte of the mark, so a text has two readings: only one of them is a point. */
function readingsOf(text: string): string[] {
  if (text.length > maxTextLength) return [];
  const hex = /^[\da-f]+$/i.test(text) ? text : Buffer.from(text, 'base64').toString('hex');
  const readings = hex.startsWith('04') ? [hex.slice(2), hex] : [hex];
  return readings.filter(({ length }) => length % 2 === 0 && length > pointLength + hashLength);
}
