import { constants, publicEncrypt } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { PasswordDecryption } from '../core/ground/ports.ts';
import { inFolder } from './kept-key-pair.ts';
import type { MasterKeys } from './master-key.ts';
import { openPasswordDecryption } from './password-decryption.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-password-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [oldKey, newKey] = [Buffer.alloc(32, 5), Buffer.alloc(32, 6)];
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(folder, 'data-'));
});

const open = (...masterKeys: MasterKeys) => openPasswordDecryption(masterKeys, inFolder(dataDir));

const ciphers: [keyof PasswordDecryption, string, (text: string | Buffer, publicKey: string) => string][] = [
  [
    'rsa',
    'password-key.pem.sealed',
    (text, key) => publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64'),
  ],
  ['sm2', 'sm2-password-key.sealed', (text, key) => sm2.doEncrypt(Buffer.from(text), key)],
];

describe.each(ciphers)('passwords encrypted with %s', (cipher, file, encrypt) => {
  it('come back as sent', async () => {
    const { publicKey, decrypt } = (await open(oldKey))[cipher];
    for (const password of ['correct horse battery', '密码🗝', '\ufeffbom']) {
      expect(decrypt(encrypt(password, publicKey))).toBe(password);
    }
    expect(decrypt(encrypt(Buffer.from([0xff, 0xfe, 0xc0]), publicKey))).toBeNull();
    expect(decrypt('correct horse battery')).toBeNull();
  });

  it('are read by one key over restarts and with another SECRET_KEY, which seals it anew', async () => {
    const { publicKey } = (await open(oldKey))[cipher];
    const sent = encrypt('hello', publicKey);
    const text = () => readFileSync(join(dataDir, file), 'utf8');
    const first = text();
    for (const masterKeys of [[oldKey], [oldKey, newKey], [newKey, oldKey], [newKey]] as MasterKeys[]) {
      const again = (await open(...masterKeys))[cipher];
      expect(again.publicKey).toBe(publicKey);
      expect(again.decrypt(sent)).toBe('hello');
      expect(text() === first).toBe(masterKeys[0] === oldKey);
    }
    await expect(open(oldKey)).rejects.toThrow(/sealed with key/);
  });

  it('keep their key in a file of its own, sealed, for the owner alone', async () => {
    const opened = await open(oldKey);
    expect(readdirSync(dataDir).sort()).toEqual(ciphers.map(([, name]) => name).sort());
    const path = join(dataDir, file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^s1\./);
    expect(opened.rsa.publicKey).not.toBe(opened.sm2.publicKey);
  });

  it('have one key for all servers that start together', async () => {
    const opened = await Promise.all([open(oldKey), open(oldKey), open(oldKey)]);
    expect(new Set(opened.map((one) => one[cipher].publicKey)).size).toBe(1);
  });
});
