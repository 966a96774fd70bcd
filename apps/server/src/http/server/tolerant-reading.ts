import type { TSchema } from 'typebox';

/**
 * Brings a message to its schema's form, so that routes know one: callers send null or "" for absent, and numbers and booleans in their
 * own way. Values without a schema, such as custom data, stay as sent.
 */
export function readTolerantly(schema: unknown, message: unknown, part: string | undefined): void {
  if (!isSchema(schema) || !isObject(message)) return;
  // The message is copied only before its first change: polls are read here too, and must be fast.
  const keepSent = () => {
    if (!sentForms.has(message)) sentForms.set(message, structuredClone({ ...message }));
  };
  readObject(schema, message, { isQuery: part === 'querystring', keepSent });
}

/** The message as it was sent, which is what signatures cover. */
export function asSent<T>(message: T): T {
  return isObject(message) ? ((sentForms.get(message) as T | undefined) ?? message) : message;
}

/** Fields that protect a login: null or "" is refused, because taken for absent it would turn the protection off. */
const neverNothing = new Set(['state', 'pollChallenge']);

const sentForms = new WeakMap<object, object>();

type Fields = Record<string, unknown>;
type Schema = Record<string, unknown>;

interface Reading {
  isQuery: boolean;
  /** Called before anything is changed. */
  keepSent(): void;
}

function readObject(schema: Schema, message: Fields, reading: Reading): void {
  const { isQuery, keepSent } = reading;
  const drop = (name: string) => {
    keepSent();
    delete message[name];
  };
  if (!isQuery) otherPayloads(schema, message).forEach(drop);
  const required = (schema.required as string[] | undefined) ?? [];
  for (const [name, field] of Object.entries((schema.properties as Record<string, TSchema> | undefined) ?? {})) {
    if (!Object.hasOwn(message, name) || !isSchema(field)) continue;
    const value = message[name];
    if (neverNothing.has(name)) continue;
    if (isNothing(value, field, { isQuery, isRequired: required.includes(name) })) drop(name);
    else if (!isQuery) readValue(field, value, reading);
    else if (typeof value === 'string') {
      const word = wordFor(field, value);
      if (word === value) continue;
      keepSent();
      message[name] = word;
    }
  }
}

function readValue(schema: Schema, value: unknown, reading: Reading): void {
  const { items } = schema;
  if (Array.isArray(value)) {
    if (isSchema(items)) for (const item of value) readValue(items, item, reading);
  } else if (isObject(value)) for (const variant of variantsOf(schema)) readObject(variant, value, reading);
}

function isNothing(value: unknown, schema: Schema, of: { isQuery: boolean; isRequired: boolean }): boolean {
  if (value === null) return !variantsOf(schema).some(takesNull);
  if (value !== '' || of.isRequired) return false;
  return of.isQuery || !variantsOf(schema).some(takesEmptyText);
}

/** The payloads that the message does not choose: where a schema offers several, only the one that the message names is read. */
function otherPayloads({ properties }: Schema, message: Fields): string[] {
  const choice = ['connection', 'verifyMethod'].find((name) => isObject(properties) && Object.hasOwn(properties, name));
  const method = choice && message[choice];
  if (typeof method !== 'string') return [];
  const named = `${method.replaceAll('_', '')}payload`.toLowerCase();
  return Object.keys(message).filter((name) => name.endsWith('Payload') && name.toLowerCase() !== named);
}

function wordFor(schema: Schema, value: string): string {
  if (Array.isArray(schema.enum) && schema.enum.includes('true') && schema.enum.includes('false')) {
    return { '1': 'true', '0': 'false' }[value] ?? (/^(true|false)$/i.test(value) ? value.toLowerCase() : value);
  }
  if (typeof schema.pattern === 'string' && /^\d+(\.\d+)?e\+?\d+$/i.test(value)) {
    const number = Number(value);
    const digits = String(number);
    if (Number.isSafeInteger(number) && new RegExp(schema.pattern).test(digits)) return digits;
  }
  return value;
}

const variantsOf = (schema: Schema): Schema[] =>
  [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.flatMap(variantsOf) : [])).concat(schema);

const saysNothing = (schema: Schema) =>
  !['type', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'].some((keyword) => schema[keyword] !== undefined);

const takesNull = (schema: Schema) =>
  saysNothing(schema) ||
  [schema.type].flat().includes('null') ||
  (Array.isArray(schema.enum) && schema.enum.includes(null));

function takesEmptyText(schema: Schema): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes('');
  if (schema.const !== undefined) return schema.const === '';
  if (saysNothing(schema)) return true;
  if (![schema.type].flat().includes('string') || Number(schema.minLength ?? 0) > 0) return false;
  return typeof schema.pattern !== 'string' || new RegExp(schema.pattern).test('');
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSchema: (value: unknown) => value is Schema = isObject;
