import { ConfigurationError } from './errors.ts';

/** Checks of the options of a client. Each error names the option and never repeats its value, which may be a secret. */

const longestTimerMs = 2_147_483_647;

export function checkedText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new ConfigurationError(option, 'is required and must be a non-empty string');
  }
  return value;
}

/** A text that a header can carry: visible ASCII. The error that `fetch` throws for anything else would quote the text. */
export function checkedHeaderText(option: string, text: unknown): string {
  const value = checkedText(option, text);
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(option, 'must hold visible ASCII characters only: no spaces, no line breaks');
  }
  return value;
}

const address = /^(https?:\/\/(?:\[[\da-f:.]+\]|[^\s/?#@:\\[\]]+)(?::\d{1,5})?)(\/[^\s?#\\]*)?$/i;

/** Origin and path prefix, without the final slash. It is read without `URL`, which React Native and mini programs lack or leave half done. */
export function checkedHost(value: unknown): string {
  const [, origin, path = ''] = address.exec(String(value)) ?? [];
  if (origin === undefined) {
    const mistake = 'must be an http(s) address such as https://login.example.com, without user, query or fragment';
    throw new ConfigurationError('host', mistake);
  }
  const shown = origin.toLowerCase().replace(/^(http:.+):80$|^(https:.+):443$/, '$1$2');
  return `${shown}${path}`.replace(/\/+$/, '');
}

/** Milliseconds, 10 000 when absent. */
export function checkedTimeoutMs(value: unknown): number {
  if (value === undefined) return 10_000;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > longestTimerMs) {
    throw new ConfigurationError('timeoutMs', `must be a whole number of milliseconds from 1 to ${longestTimerMs}`);
  }
  return value;
}

export function checkedFetch(value: unknown): typeof fetch {
  const chosen = value ?? globalThis.fetch;
  if (typeof chosen !== 'function') {
    throw new ConfigurationError('fetch', 'must be a function; this runtime has none of its own');
  }
  // Browsers refuse to call their `fetch` as a method of anything but the window.
  return chosen === globalThis.fetch ? globalThis.fetch.bind(globalThis) : (chosen as typeof fetch);
}
