import { texts } from '../../../language/define.ts';

export const fieldWords = texts({
  title: ['Custom fields', '自定义字段'],
  text: [
    'What you keep about people beyond their names and addresses. Codes may bring values along.',
    '除姓名与联系方式外，您希望保存的用户信息，二维码也可携带其值。',
  ],
  empty: ['No custom field yet.', '尚无自定义字段。'],
  key: ['Key', '键'],
  label: ['Label', '名称'],
  kind: ['Kind', '类型'],
  STRING: ['Text', '文本'],
  NUMBER: ['Number', '数字'],
  BOOLEAN: ['Yes or no', '是否'],
  DATETIME: ['Moment', '日期时间'],
  ENUM: ['Choice', '选项'],
  OBJECT: ['Object', '对象'],
  options: ['Choices, one a line', '选项，每行一个'],
  add: ['Add a field', '添加字段'],
  save: ['Add', '添加'],
  remove: ['Remove', '移除'],
  removeTitle: [(key: string) => `Remove the field ${key}?`, (key: string) => `移除字段 ${key}？`],
  removeText: [
    'Its values stay with people, and show again when the field is declared again.',
    '已有的值会保留，重新声明该字段后可再次显示。',
  ],
  saved: ['Saved', '已保存'],
});
