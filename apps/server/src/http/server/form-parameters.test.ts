import { expect, it } from 'vitest';
import { formParameters } from './form-parameters.ts';

it('a query or a form has a hundred parameters at most, and empty ones count', () => {
  const refusal = expect.objectContaining({ code: 'malformed_request' });
  expect([...formParameters(Array.from({ length: 100 }, (_, index) => `p${index}=${index}`).join('&'))]).toHaveLength(
    100,
  );
  for (const text of ['a&'.repeat(100), '&'.repeat(100), 'a=1&'.repeat(16_000)]) {
    expect(() => formParameters(text)).toThrow(refusal);
  }
});
