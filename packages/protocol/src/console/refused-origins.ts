import { type Static, Type } from 'typebox';

/** `data` of `POST /api/v3/list-refused-origins`, a call of our own: origins that asked in vain, latest first; 50 at most. */
export const RefusedOriginsDto = Type.Object({
  list: Type.Array(
    Type.Object({
      origin: Type.String(),
      n: Type.Integer({ description: 'How often, within a minute or so' }),
      lastAt: Type.String({ description: 'ISO 8601' }),
    }),
  ),
});
export type RefusedOriginsDto = Static<typeof RefusedOriginsDto>;
