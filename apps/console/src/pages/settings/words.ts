import { texts } from '../../language/define.ts';

export const settingsWords = texts({
  title: ['Settings', '设置'],
  tabs: ['Settings', '设置'],
  login: ['Login', '登录'],
  web: ['Web', 'Web 安全'],
  registration: ['Registration', '注册'],
  report: ['Report', '安全状况'],
  messages: ['Messages', '消息'],
  fields: ['Fields', '字段'],
  pool: ['Pool', '用户池'],
  saved: [
    'Saved. In force here now, on other nodes within 5 seconds.',
    '已保存。此节点立即生效，其他节点 5 秒内生效。',
  ],
});
