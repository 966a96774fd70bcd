import type { Reason } from '@passbeam/protocol';
import { DomainError } from '../../ground/errors.ts';

/** Limits of free data (threats, limits), much of which comes from strangers (threats T24). */
const maxBytes = 4096;
const maxDepth = 5;
const maxKeys = 50;
const reservedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Checks the limits, keys counted over all levels, and refuses prototype keys. @throws DomainError invalid_argument */
export function checkCustomData(customData: Record<string, unknown>, field: string): void {
  const refuse = (reason: Reason): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
  let keys = 0;

  function visit(value: unknown, depth: number): void {
    if (typeof value === 'string') {
      if (!isStorableText(value)) refuse('brokenText');
      return;
    }
    if (value === null || typeof value !== 'object') return;
    if (depth > maxDepth) refuse(['tooDeep', maxDepth]);
    if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      keys += 1;
      if (keys > maxKeys) refuse(['tooManyKeys', maxKeys]);
      if (reservedKeys.has(key)) refuse(['reservedKey', key]);
      visit(key, depth);
      visit(item, depth + 1);
    }
  }

  visit(customData, 1);
  if (new TextEncoder().encode(JSON.stringify(customData)).length > maxBytes) refuse(['tooLarge', maxBytes]);
}

/** Keys of `changes` replace those of `current`; null removes one. The outcome is within the limits. */
export function mergeCustomData(
  current: Record<string, unknown>,
  changes: Record<string, unknown>,
  field: string,
): Record<string, unknown> {
  checkCustomData(changes, field);
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  const next = Object.fromEntries(merged);
  checkCustomData(next, field);
  return next;
}

/** Whether every store can hold the text: PostgreSQL's text holds no NUL, and UTF-8 no lone surrogates. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
