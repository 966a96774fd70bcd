import { Type } from 'typebox';

/** What the messages of the console's calls have in common. */

export const idField = (maxLength = 128) => Type.String({ minLength: 1, maxLength });

/** A moment in a request. */
export const instantField = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: `Epoch milliseconds. ${description}` });

/** A moment in a reply. */
export const momentField = (description: string) => Type.String({ description: `ISO 8601. ${description}`.trim() });

export const nullable = <const T extends Parameters<typeof Type.Union>[0][number]>(of: T, description: string) =>
  Type.Union([of, Type.Null()], description === '' ? {} : { description });

export const pageFields = (maximum: number, byDefault: number) => ({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum, description: `Default ${byDefault}` })),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'nextCursor of the reply before; it fits that request alone, so every other field stays the same',
    }),
  ),
});

export const nextCursor = nullable(Type.String(), 'Send it as cursor to go on; null: there is no more');

/** A number that is not counted any further than it says. */
export const cappedCount = (description: string) =>
  Type.Object({ n: Type.Integer(), isCapped: Type.Boolean({ description: 'There are more than n' }) }, { description });
