import { type Static, Type } from 'typebox';

/** `POST /api/v3/delete-custom-fields`, a call of our own: values of these fields stay with people until the field is declared again. */
export const DeleteCustomFieldsDto = Type.Object({
  targetType: Type.Optional(Type.Enum(['USER'])),
  keys: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100, uniqueItems: true }),
});
export type DeleteCustomFieldsDto = Static<typeof DeleteCustomFieldsDto>;
