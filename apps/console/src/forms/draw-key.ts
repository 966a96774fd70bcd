/** A key that is drawn once for a form: a repeated click, or a lost reply, makes no second thing. */
export const drawKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
