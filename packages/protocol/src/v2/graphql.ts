import { type Static, Type } from 'typebox';

/** `POST /graphql/v2` (wire 4.6). */
export const GraphqlDto = Type.Object({
  query: Type.String({ minLength: 1, description: 'A document with one operation that has one field at its root' }),
  variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  operationName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
export type GraphqlDto = Static<typeof GraphqlDto>;

export const GraphqlReplyDto = Type.Object({
  data: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        message: Type.Object({ code: Type.Integer(), message: Type.String(), data: Type.Null() }),
        extensions: Type.Object({ requestId: Type.String() }),
      }),
    ),
  ),
});
export type GraphqlReplyDto = Static<typeof GraphqlReplyDto>;
