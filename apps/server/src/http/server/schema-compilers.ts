import ajvCompiler from '@fastify/ajv-compiler';
import jsonSerializers from '@fastify/fast-json-stringify-compiler';
import type { Static, TSchema } from 'typebox';
import { readTolerantly } from './tolerant-reading.ts';

/**
 * Fastify's own compilers, with each distinct schema compiled once: aliases, both generations and servers of tests share bodies, and
 * compiling is most of building a server.
 */
export const schemaCompilers = {
  buildValidator: once(tolerantly(ajvCompiler() as unknown as Factory)),
  buildSerializer: once(jsonSerializers() as unknown as Factory),
};

/** The writer of JSON that a route with this schema uses. */
export function serializerOf<Schema extends TSchema>(schema: Schema): (value: Static<Schema>) => string {
  return jsonSerializers()()({ schema, method: '', url: '', httpStatus: '' });
}

type Compile = (route: { schema?: unknown; httpPart?: string }) => unknown;
type Factory = (externalSchemas: unknown, options: unknown) => Compile;

/** Makes validators that first read a message as lenient callers mean it, and then judge it. */
function tolerantly(factory: Factory): Factory {
  return (externalSchemas, options) => {
    const compile = factory(externalSchemas, options);
    return (route) => {
      const judge = compile(route) as ((message: unknown) => unknown) & { errors?: unknown };
      if (route.httpPart !== 'body' && route.httpPart !== 'querystring') return judge;
      const validate = (message: unknown) => {
        readTolerantly(route.schema, message, route.httpPart);
        const isRight = judge(message);
        validate.errors = judge.errors;
        return isRight;
      };
      validate.errors = judge.errors;
      return validate;
    };
  };
}

function once(factory: Factory): (externalSchemas: unknown, options: unknown) => never {
  const compiled = new Map<string, unknown>();
  return (externalSchemas, options) => {
    const compile = factory(externalSchemas, options);
    const remembering: Compile = (route) => {
      const text = JSON.stringify([externalSchemas, options, route.schema, route.httpPart]);
      const known = compiled.get(text) ?? compile(route);
      compiled.set(text, known);
      return known;
    };
    return remembering as never;
  };
}
