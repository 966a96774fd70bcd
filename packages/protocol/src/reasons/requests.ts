import type { ReasonTable } from './table.ts';

/** How requests and GraphQL documents are written, and when the server takes them. */
export const requestReasons = {
  notJson: { en: 'the body is not valid JSON', zh: '请求体不是合法的 JSON' },
  notUtf8: { en: 'the body is not valid UTF-8', zh: '请求体不是合法的 UTF-8' },
  compressed: { en: 'compressed request bodies are not read', zh: '不支持压缩的请求体' },
  nestedTooDeep: (max: number) => ({ en: `nesting is deeper than ${max}`, zh: `嵌套超过 ${max} 层` }),
  forbiddenKey: { en: 'is not an allowed key', zh: '不允许使用该键' },
  brokenKey: { en: 'a key holds a NUL or a broken character', zh: '包含无效字符' },
  brokenString: { en: 'a text holds a NUL or a broken character', zh: '包含无效字符' },
  numberNotKept: { en: 'a number cannot be kept as sent', zh: '包含无法按原样保存的数字' },
  eventStreamNotAccepted: { en: 'must allow text/event-stream', zh: '应允许 text/event-stream' },

  notOneOperation: { en: 'must hold exactly one operation', zh: '只能包含一个操作' },
  notOneField: {
    en: 'must ask for exactly one field, without a fragment at its root',
    zh: '根上只能查询一个字段，且不能使用片段',
  },
  selectionsTooDeep: (max: number) => ({
    en: `must not nest deeper than ${max} selections`,
    zh: `选择嵌套不能超过 ${max} 层`,
  }),
  unreadableAt: (place: string) => ({ en: `cannot be read at ${place}`, zh: `无法解析：${place}` }),
  againstSchemaAt: (place: string) => ({ en: `does not fit the schema at ${place}`, zh: `不符合 schema：${place}` }),
  unknownField: { en: 'is not a field of the schema', zh: '不是 schema 中的字段' },
  missingOrOfOtherType: {
    en: 'is missing or of another type than the schema says',
    zh: '缺失，或类型与 schema 不符',
  },
  introspectionOff: { en: 'introspection is off', zh: '已关闭内省' },

  pollChallengeMissing: {
    en: 'this application binds its codes by a poll secret: send base64url(SHA-256(secret))',
    zh: '该应用用轮询密钥绑定二维码，请发送 base64url(SHA-256(secret))',
  },
  pollSecretMissing: {
    en: 'required: the code was created with a pollChallenge',
    zh: '必填：该二维码创建时使用了 pollChallenge',
  },
  codeGone: { en: 'the code is gone or was scanned', zh: '二维码已失效或已被扫描' },
  tooManyUnfinished: { en: 'too many unfinished codes', zh: '未完成的二维码过多' },
  tooManyScanned: { en: 'confirm or cancel the codes you scanned before', zh: '请先确认或取消之前扫描的二维码' },
  tooManyWaiting: { en: 'too many pages wait here already: poll instead', zh: '等待中的页面过多，请改用轮询' },
  nodeStopping: { en: 'this node is stopping', zh: '该节点正在停止' },
} satisfies ReasonTable;
