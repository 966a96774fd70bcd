import type { ReasonTable } from './table.ts';

/** What a message's schema asks for. Lengths have two rows because their Chinese texts differ between GraphQL and JSON replies. */
export const schemaReasons = {
  required: { en: 'is required', zh: '必填' },
  invalid: { en: 'is not valid', zh: '不合法' },
  notOfSchemaType: (type: string) => ({ en: `must be of type ${type}`, zh: `应为 ${type}` }),
  notInSchema: (values: unknown[]) => ({ en: `must be one of ${values.join(', ')}`, zh: `应为 ${values.join(' | ')}` }),
  tooShort: (min: number) => ({ en: `must have at least ${min} character(s)`, zh: '不能为空或过短' }),
  tooShortInGraphql: (min: number) => ({ en: `must have at least ${min} character(s)`, zh: `至少 ${min} 个字符` }),
  tooLong: (max: number) => ({ en: `must have at most ${max} characters`, zh: `长度不能超过 ${max}` }),
  tooLongInGraphql: (max: number) => ({ en: `must have at most ${max} characters`, zh: `最多 ${max} 个字符` }),
  notOfPattern: (pattern: string) => ({ en: `must match ${pattern}`, zh: '格式不正确' }),
} satisfies ReasonTable;
