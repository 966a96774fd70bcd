import * as protocol from '@passbeam/protocol';

/**
 * Writes the protocol's schemas as plain TypeScript for the published package. Its users get readable types, and need neither
 * the protocol package nor its schema library.
 */
export function wireTypes(): string {
  const named = Object.entries(protocol).filter(([name, value]) => /^[A-Z]/.test(name) && isSchema(value));
  const messages = named.map(([name, schema]) => `export type ${name} = ${typeOf(schema as Schema)};`);
  const words = Object.keys(protocol.errors).map((code) => JSON.stringify(code));
  return [
    ...messages,
    `export type ErrorCode = ${words.join(' | ')};`,
    "export type QrCodeStatus = CheckQrCodeStatusDataDto['status'];",
    "export type QrCodeAction = ChangeQrCodeStatusDto['action'];",
    '',
  ].join('\n');
}

/** The part of JSON Schema that the protocol uses. */
interface Schema {
  type?: string | readonly string[];
  description?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: unknown;
  patternProperties?: Readonly<Record<string, Schema>>;
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value || 'enum' in value);

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (typeof schema.type === 'object') return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `(${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`no TypeScript for the schema type ${schema.type}`);
  }
}

function objectType({ properties, required = [], patternProperties }: Schema): string {
  if (properties === undefined) {
    const [values = {}] = Object.values(patternProperties ?? {});
    return `Record<string, ${typeOf(values)}>`;
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description === undefined ? '' : `/** ${schema.description.replaceAll('*/', '*\\/')} */\n`;
    return `${comment}${propertyName(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

/** Quotes names that are no identifiers, such as `userIds[]`, which is how clients repeat a query parameter. */
const propertyName = (name: string) => (/^\w+$/.test(name) ? name : JSON.stringify(name));
