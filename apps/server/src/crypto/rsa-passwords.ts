import { constants, createPrivateKey, createPublicKey, generateKeyPair, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';

const newKeyPair = promisify(generateKeyPair);

export async function newRsaKey(): Promise<string> {
  const { privateKey } = await newKeyPair('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Opens a private key (PEM) for RSA-2048 with PKCS#1 v1.5 padding; ciphertexts come in base64. */
export function openRsaKey(pem: string) {
  const privateKey = createPrivateKey(pem);

  // Node's own PKCS#1 v1.5 decryption is refused or answers garbage on wrong padding, by version (CVE-2023-46809).
  function padded(ciphertext: Buffer): Buffer | null {
    try {
      return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ciphertext);
    } catch {
      return null;
    }
  }

  return {
    // The text is trimmed because one phone SDK trips over a line feed at its end.
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString().trim(),
    decrypt(base64: string): Buffer | null {
      const message = padded(Buffer.from(base64, 'base64'));
      return message === null ? null : unpad(message);
    },
  };
}

const minPaddingBytes = 8;

/** The message in `00 02 <8 or more non-zero bytes> 00 <message>`, or null; in constant time (RFC 8017, 7.2.2). */
function unpad(block: Buffer): Buffer | null {
  let wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2);
  let separator = 0;
  for (let index = 2; index < block.length; index++) {
    const isZero = (((block[index] ?? 0) - 1) >>> 31) & 1;
    const isFirst = isZero & (separator === 0 ? 1 : 0);
    separator |= -isFirst & index;
  }
  wrong |= ((separator - 2 - minPaddingBytes) >>> 31) & 1;
  return wrong === 0 ? block.subarray(separator + 1) : null;
}
