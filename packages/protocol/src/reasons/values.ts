import type { ReasonTable } from './table.ts';

/** What a value must be, whatever it is for. */
export const valueReasons = {
  notNumber: { en: 'must be a number', zh: '应为数字' },
  notText: { en: 'must be a text', zh: '应为文本' },
  notTextOrNumber: { en: 'must be a text or a number', zh: '应为文本或数字' },
  notBoolean: { en: 'must be true or false', zh: '应为 true 或 false' },
  notZeroOrOne: { en: 'must be 0 or 1', zh: '应为 0 或 1' },
  notOrOrAnd: { en: 'must be or, or and', zh: '应为 or 或 and' },
  notUser: { en: 'must be USER', zh: '应为 USER' },
  notServedKind: (served: string, given: string) => ({
    en: `must be ${served}, not ${given}`,
    zh: `应为 ${served}，而不是 ${given}`,
  }),
  notOneOf: (values: string[]) => ({
    en: `must be one of ${values.join(', ')}`,
    zh: `应为以下之一：${values.join(', ')}`,
  }),
  notOfType: (type: string) => ({ en: `must be of type ${type}`, zh: `类型应为 ${type}` }),

  notList: { en: 'must be a list', zh: '应为数组' },
  notListOfNames: { en: 'must be a list of names', zh: '应为字段名数组' },
  notObject: { en: 'must be an object', zh: '应为对象' },
  notObjectOfOneKey: { en: 'must be an object with one key', zh: '应为只有一个键的对象' },
  notObjectOrItsJson: { en: 'must be an object, or one as JSON text', zh: '应为对象，或对象的 JSON 文本' },
  notJsonPairs: { en: 'must be a JSON list of {key, value}', zh: '应为 {key, value} 的 JSON 数组' },
  notJsonTexts: { en: 'must be a JSON list of texts, or of {value}', zh: '应为文本或 {value} 的 JSON 数组' },

  notSecondsBetween: (min: number, max: number) => ({
    en: `must be a whole number of seconds from ${min} to ${max}`,
    zh: `应为 ${min} 到 ${max} 之间的整数（秒）`,
  }),
  notInstant: {
    en: 'must be milliseconds, a day, or an ISO 8601 moment with its zone',
    zh: '应为毫秒时间戳、日期，或带时区的 ISO 8601 时间',
  },
  notIpAddress: { en: 'must be an IP address', zh: '应为 IP 地址' },
  notWebUrl: { en: 'must be an http or https URL', zh: '应为 http 或 https 地址' },
  notHostName: { en: 'must be a host name, for example www.example.com', zh: '应为主机名，例如 www.example.com' },
  notOrigin: {
    en: 'must be an exact origin without a path, for example https://www.example.com, tauri://localhost, or https://*.preview.example.com for one label of a domain of your own',
    zh: '应为精确的来源，不含路径，例如 https://www.example.com、tauri://localhost，或自有域名的一级通配 https://*.preview.example.com',
  },
  notRedirectUri: {
    en: 'must be an absolute URI without * or #, for example https://www.example.com/callback',
    zh: '应为不含 * 或 # 的绝对 URI，例如 https://www.example.com/callback',
  },

  notFrom1To: (max: number) => ({ en: `must be from 1 to ${max}`, zh: `应在 1 到 ${max} 之间` }),
  not1To: (max: number) => ({ en: `must be 1 to ${max}`, zh: `应为 1 到 ${max} 个` }),
  tooMany: (max: number) => ({ en: `must be at most ${max}`, zh: `最多 ${max} 个` }),
  severalNamed: { en: 'name one at a time', zh: '一次只能指定一个' },
  notExactlyOne: (names: string[]) => ({
    en: `give exactly one of ${names.join(', ')}`,
    zh: `请只填写其中之一：${names.join(', ')}`,
  }),
  givenTwice: { en: 'is given twice', zh: '重复出现' },
  notDifferent: { en: 'must differ from each other', zh: '各项不能重复' },
  notSameAs: (field: string) => ({ en: `must be the same as ${field}, or absent`, zh: `应与 ${field} 相同，或不填` }),

  notCharactersTo: (max: number) => ({ en: `must have 1 to ${max} characters`, zh: `应为 1 到 ${max} 个字符` }),
  notEachCharactersTo: (max: number) => ({
    en: `must each have 1 to ${max} characters`,
    zh: `每项应为 1 到 ${max} 个字符`,
  }),
  notVisibleCharactersTo: (max: number) => ({
    en: `must have 1 to ${max} visible characters`,
    zh: `应为 1 到 ${max} 个可见字符`,
  }),
  brokenText: { en: 'must not contain NUL or broken characters', zh: '包含无效字符' },
  holdsNul: { en: 'holds a NUL', zh: '包含 NUL 字符' },

  tooDeep: (max: number) => ({ en: `must not be nested deeper than ${max} levels`, zh: `嵌套不能超过 ${max} 层` }),
  tooManyKeys: (max: number) => ({ en: `must not have more than ${max} keys`, zh: `不能超过 ${max} 个键` }),
  reservedKey: (key: string) => ({ en: `must not have a key named ${key}`, zh: `不能有名为 ${key} 的键` }),
  tooLargeAsJson: (bytes: number) => ({
    en: `must not be larger than ${bytes} bytes as JSON`,
    zh: `JSON 大小不能超过 ${bytes} 字节`,
  }),

  unchangeable: { en: 'cannot be changed here', zh: '不能在此修改' },
  notServed: { en: 'is not served here', zh: '不支持' },
  noUse: (name: string) => ({ en: `${name} has no use here`, zh: `不支持 ${name}` }),
  noUseBut: (name: string, others: readonly string[]) => ({
    en: `${name} has no use here: use one of ${others.join(', ')}`,
    zh: `不支持 ${name}，请使用以下之一：${others.join(', ')}`,
  }),
} satisfies ReasonTable;
