import ajvCompiler from '@fastify/ajv-compiler';
import jsonSerializers from '@fastify/fast-json-stringify-compiler';
import type { Static, TSchema } from 'typebox';
import { readTolerantly } from './tolerant-reading.ts';

/**
 * Fastify's own compilers, with each distinct schema compiled once, when the first message comes: aliases, both generations and servers
 * of tests share bodies, most routes are asked for rarely, and compiling all of them would be a third of the start.
 */
export const schemaCompilers = {
  buildValidator: once(ajvCompiler() as unknown as Factory, tolerantValidator),
  buildSerializer: once(jsonSerializers() as unknown as Factory, lateSerializer),
};

/** The writer of JSON that a route with this schema uses. */
export function serializerOf<Schema extends TSchema>(schema: Schema): (value: Static<Schema>) => string {
  return jsonSerializers()()({ schema, method: '', url: '', httpStatus: '' });
}

interface Route {
  schema?: unknown;
  httpPart?: string;
}
type Made = ((message: unknown) => unknown) & { errors?: unknown };
type Compile = (route: Route) => Made;
type Factory = (externalSchemas: unknown, options: unknown) => Compile;

/** A validator that first reads a message as lenient callers mean it, and then judges it. */
function tolerantValidator(compile: () => Made, { schema, httpPart }: Route): Made {
  let judge: Made | null = null;
  const isLenient = httpPart === 'body' || httpPart === 'querystring';
  const validate: Made = (message) => {
    judge ??= compile();
    if (isLenient) readTolerantly(schema, message, httpPart);
    const isRight = judge(message);
    validate.errors = judge.errors;
    return isRight;
  };
  return validate;
}

function lateSerializer(compile: () => Made): Made {
  let write: Made | null = null;
  return (message) => {
    write ??= compile();
    return write(message);
  };
}

function once(
  factory: Factory,
  make: (compile: () => Made, route: Route) => Made,
): (externalSchemas: unknown, options: unknown) => never {
  const made = new Map<string, Made>();
  return (externalSchemas, options) => {
    const compile = factory(externalSchemas, options);
    const remembering: Compile = (route) => {
      const text = JSON.stringify([externalSchemas, options, route.schema, route.httpPart]);
      const known = made.get(text) ?? make(() => compile(route), route);
      made.set(text, known);
      return known;
    };
    return remembering as never;
  };
}
