/** Encrypts and decrypts the few secrets that signatures need in the clear; on disk there is sealed text only. */
export interface Sealer {
  seal(plain: string): string;
  unseal(sealed: string): string;
}
