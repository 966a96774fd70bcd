import { texts } from '../../../language/define.ts';

export const messageWords = texts({
  title: ['How one-time codes leave', '验证码如何发送'],
  text: [
    'Set in the environment of the server: SMTP_URL, MAIL_FROM, SMS_HOOK_URL. Passwords are never shown.',
    '由服务器环境变量设定：SMTP_URL、MAIL_FROM、SMS_HOOK_URL，密码不会显示。',
  ],
  email: ['E-mail', '邮件'],
  sms: ['Text messages', '短信'],
  off: ['Not set up', '未设置'],
  on: ['Set up', '已设置'],
  host: ['Mail server', '邮件服务器'],
  encryption: ['Encryption', '加密'],
  user: ['User', '用户'],
  from: ['Sender', '发件人'],
  hook: ['Hook', '接口地址'],
  test: ['Send a test', '发送测试'],
  testText: [
    'Five an hour. The answer of the other server stands below.',
    '每小时最多五次，对方服务器的应答会显示在下方。',
  ],
  to: ['To', '收件人'],
  channel: ['By', '方式'],
  send: ['Send', '发送'],
  sent: [(ms: string) => `Sent in ${ms} ms`, (ms: string) => `已发送，用时 ${ms} 毫秒`],
  notSent: ['Not sent', '发送失败'],
  needsOperator: ['Operators see how messages are sent.', '仅操作员和所有者可查看。'],
});
