import type { ReasonTable } from './table.ts';

/** What operators do: custom fields, searches, applications. */
export const managementReasons = {
  notFieldKey: {
    en: 'must be 1 to 64 letters, digits, - or _, beginning with a letter',
    zh: '应为 1 到 64 个字母、数字、- 或 _，并以字母开头',
  },
  fieldReserved: (name: string) => ({
    en: `${name} belongs to the product: choose another name`,
    zh: `${name} 为系统保留，请使用其他名称`,
  }),
  fieldNotDeclared: (name: string) => ({
    en: `${name} is not declared: set-custom-fields declares it`,
    zh: `${name} 未定义，请先用 set-custom-fields 定义`,
  }),
  fieldTypeFixed: (name: string, type: string) => ({
    en: `cannot be changed: ${name} is ${type}`,
    zh: `不能修改：${name} 的类型为 ${type}`,
  }),
  tooManyFields: (max: number) => ({ en: `a user pool has at most ${max}`, zh: `每个用户池最多 ${max} 个` }),
  optionsMissing: { en: 'a SELECT needs some', zh: 'SELECT 类型需要选项' },
  optionsWithoutUse: { en: 'are for SELECT only', zh: '仅用于 SELECT 类型' },

  notSearchable: { en: 'cannot be searched', zh: '不支持搜索' },
  nameNotSearchable: (name: string) => ({ en: `${name} cannot be searched here`, zh: `不支持按 ${name} 搜索` }),
  nameNotText: (name: string) => ({ en: `${name} is not a text`, zh: `${name} 不是文本` }),
  operatorNotForType: (name: string, type: string, operator: string) => ({
    en: `${name} is of type ${type}: ${operator} is not for it`,
    zh: `${name} 的类型为 ${type}，不支持 ${operator}`,
  }),
  operatorTakes: (operator: string, count: number) => ({
    en: `${operator} takes ${count}`,
    zh: `${operator} 需要 ${count} 个值`,
  }),
  operatorTakesBetween: (operator: string, min: number, max: number) => ({
    en: `${operator} takes ${min} to ${max}`,
    zh: `${operator} 需要 ${min} 到 ${max} 个值`,
  }),
  tooManyClauses: (max: number) => ({ en: `must not have more than ${max} clauses`, zh: `不能超过 ${max} 个子句` }),
  rangeWithoutEnd: { en: 'needs gte, gt, lte or lt', zh: '需要 gte、gt、lte 或 lt' },

  onlyOidc: { en: 'oidc is served', zh: '仅支持 oidc' },
  requiredOfAdministrators: { en: 'is required of administrators', zh: '管理员调用时必填' },
  foreignLoginsNotKept: { en: 'logins of others are not kept here', zh: '不保存外部身份源的登录' },
  notKept: { en: 'these are not kept here', zh: '不保存此类数据' },
} satisfies ReasonTable;
