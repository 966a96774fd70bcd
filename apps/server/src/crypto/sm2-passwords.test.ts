import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { newSm2Key, openSm2Key } from './sm2-passwords.ts';

/** The example of GM/T 0003.5-2012, annex C. Its point begins with the byte that marks a point. */
const standard = {
  privateKey: '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8',
  message: 'encryption standard',
  ciphertext:
    '04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0' +
    '59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD876621886CA989CA9C7D58087307CA93092D651EFA',
};
/** Made by OpenSSL 3.0.19 (`openssl pkeyutl -encrypt`), its DER taken apart: two integers, a hash, the rest. */
const openssl = {
  privateKey: '2bcfa7d8cb05edc447744be7d616030091ea763f40aeb9617a4c58291c697ae8',
  message: 'correct horse battery',
  ciphertext:
    '5098AE1984A358E76F54D5B5839CD49502A0AECCAC44AC11DC8AE923688F974D497766FA854A96E24716CDAC9869580F32703B5F2D239CFFD765F03D3C1F161D' +
    'D2AB1BF9D25B5E6313A38C927B78A14F4028A0BD2337CBCEC9A2432737005EE23EEA4EDA3FBB69B7FB13F2D6746DA73895D1ACF85D',
};

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const forms: [string, (hex: string) => string][] = [
  ['hex', (hex) => hex],
  ['lower case', (hex) => hex.toLowerCase()],
  ['marked hex', (hex) => `04${hex}`],
  ['base64', base64],
  ['marked base64', (hex) => base64(`04${hex}`)],
];

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

describe.each([
  ['the standard', standard],
  ['OpenSSL', openssl],
])('a ciphertext of %s', (_, { privateKey, message, ciphertext }) => {
  const key = openSm2Key(privateKey);

  it.each(forms)('is opened in %s', (_form, form) => {
    expect(textOf(key.decrypt(form(ciphertext)))).toBe(message);
  });

  it.each<[string, (hex: string) => string]>([
    ['altered in its point', (hex) => `1${hex.slice(1)}`],
    ['altered in its hash', (hex) => `${hex.slice(0, 128)}00${hex.slice(130)}`],
    ['altered in its text', (hex) => `${hex.slice(0, -2)}00`],
    ['in the order C1C2C3', (hex) => hex.slice(0, 128) + hex.slice(192) + hex.slice(128, 192)],
    ['cut short', (hex) => hex.slice(0, -2)],
    ['cut in half a byte', (hex) => hex.slice(0, -1)],
    ['without a text', (hex) => hex.slice(0, 192)],
    ['with something behind it', (hex) => `${hex}00`],
    ['with the point at infinity', (hex) => '0'.repeat(128) + hex.slice(128)],
    ['with coordinates above the field', (hex) => 'f'.repeat(128) + hex.slice(128)],
    ['marked as compressed', (hex) => `02${hex}`],
    ['for another key', () => sm2.doEncrypt(message, openSm2Key('1234'.repeat(16)).publicKey)],
  ])('is not opened %s', (_change, change) => {
    for (const [, form] of forms) expect(key.decrypt(form(change(ciphertext)))).toBeNull();
  });
});

describe('a new key', () => {
  it('opens what its public half has encrypted, and is another each time', async () => {
    const [one, other] = [openSm2Key(await newSm2Key()), openSm2Key(await newSm2Key())];
    expect(one.publicKey).toMatch(/^04[\da-f]{128}$/);
    expect(one.publicKey).not.toBe(other.publicKey);
    for (const message of ['x', 'correct horse battery', '密码🗝', 'x'.repeat(400)]) {
      const ciphertext = sm2.doEncrypt(message, one.publicKey);
      expect(textOf(one.decrypt(ciphertext))).toBe(message);
      expect(other.decrypt(ciphertext)).toBeNull();
    }
  });

  it('does not look at texts longer than an encrypted password may be', async () => {
    const key = openSm2Key(await newSm2Key());
    const ciphertextOf = (bytes: number) => sm2.doEncrypt('x'.repeat(bytes), key.publicKey);
    expect(key.decrypt(ciphertextOf(416))).toHaveLength(416);
    expect(key.decrypt(ciphertextOf(417))).toBeNull();
  });

  it.each(['', '04', 'correct horse battery', '=', '0x', '\0', '0'.repeat(1024), 'f'.repeat(1024)])(
    'does not open %j',
    async (text) => {
      expect(openSm2Key(await newSm2Key()).decrypt(text)).toBeNull();
    },
  );
});
