import { texts } from '../language/define.ts';

export const newPoolWords = texts({
  title: ['New user pool', '新建用户池'],
  lead: [
    'People, applications and settings of their own, which no other pool sees. It is managed here, not by the configuration file.',
    '拥有独立的用户、应用和设置，其他用户池不可见。由控制台管理，不受配置文件控制。',
  ],
  name: ['Name', '名称'],
  create: ['Create the pool', '创建用户池'],
  made: [(name: string) => `${name} is ready`, (name: string) => `${name} 已创建`],
  secret: ['Secret of the user pool', '用户池密钥'],
  secretText: [
    'Programs manage the pool with it. Access keys with an end and a role are better for most; the secret can be rotated under Settings, Pool.',
    '程序可用它管理用户池。多数情况建议使用带期限和角色的访问密钥；密钥可在“设置 › 用户池”中轮换。',
  ],
});
