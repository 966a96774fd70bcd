/** 32 characters of [A-Za-z0-9], about 190 bits (threat model T5). */
export const qrcodeIdLength = 32;

/** Anything else cannot be one of ours and is answered as unknown without touching a store. */
export function looksLikeQrcodeId(value: string): boolean {
  return value.length === qrcodeIdLength && /^[A-Za-z0-9]+$/.test(value);
}
