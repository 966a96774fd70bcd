import { errorTable } from '@passbeam/protocol';
import { describe, expect, it } from 'vitest';
import { ApiError, errorCodeOf, NetworkError, PassbeamError, TimeoutError } from './errors.ts';

describe('errorCodeOf', () => {
  it.each(Object.entries(errorTable))('names %s, or a refusal with the same numbers', (code, row) => {
    const name = errorCodeOf(row.statusCode, row.apiCode ?? null);
    if (name === code) return;
    const isShared = Object.entries(errorTable).some(
      ([other, { statusCode, apiCode }]) =>
        other !== code &&
        statusCode === row.statusCode &&
        apiCode === row.apiCode &&
        (name === other || name === 'qr_wrong_status'),
    );
    expect(isShared, `${code} came out as ${name}`).toBe(true);
  });

  it.each([
    [401, 9999, 'not_signed_in'],
    [502, null, 'unavailable'],
    [499, 4021, 'api_error'],
  ] as const)('falls back to the class: %i/%s is %s', (statusCode, apiCode, name) => {
    expect(errorCodeOf(statusCode, apiCode)).toBe(name);
  });

  it('does not take a name of Object.prototype for a number', () => {
    expect(errorCodeOf(Number.NaN, null)).toBe('api_error');
  });
});

describe('PassbeamError', () => {
  it('says whether the same call may work later', () => {
    expect(new NetworkError(new Error('refused')).isTransient).toBe(true);
    expect(new TimeoutError(10).isTransient).toBe(true);
    expect(new ApiError('too_many_requests', 'slow down', { statusCode: 429 }).isTransient).toBe(true);
    expect(new ApiError('ticket_invalid', 'used', { statusCode: 400, apiCode: 2300 }).isTransient).toBe(false);
  });

  it('has a hint that says what to do next', () => {
    expect(new PassbeamError('ticket_invalid', 'used').hint).toMatch(/scan a new code/);
    expect(new PassbeamError('api_error', 'odd').hint).toBeNull();
  });
});
