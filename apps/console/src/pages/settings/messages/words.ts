import { texts } from '../../../language/define.ts';

export const messageWords = texts({
  lead: [
    'How one-time codes leave this server. It is set in the environment of the server, and the same for every user pool.',
    '验证码的发送方式。在服务器环境变量中设置，对所有用户池相同。',
  ],
  email: ['E-mail', '邮件'],
  sms: ['Text messages', '短信'],
  emailMissing: [
    'Not set up. Set SMTP_URL and MAIL_FROM in the environment.',
    '尚未配置。请在环境变量中设置 SMTP_URL 和 MAIL_FROM。',
  ],
  smsMissing: [
    'Not set up. Set SMS_HOOK_URL and SMS_HOOK_SECRET in the environment.',
    '尚未配置。请在环境变量中设置 SMS_HOOK_URL 和 SMS_HOOK_SECRET。',
  ],
  server: ['Mail server', '邮件服务器'],
  encryption: ['Encryption', '加密'],
  tls: ['TLS from the beginning', '全程 TLS'],
  starttls: ['TLS after STARTTLS, required', '强制 STARTTLS'],
  none: ['None: the server is on this machine', '无（服务器在本机）'],
  user: ['Signs in as', '登录用户'],
  nobody: ['nobody', '不登录'],
  from: ['From', '发件人'],
  hook: ['Your service', '您的服务'],
  to: ['Send a test to', '发送测试到'],
  emailExample: ['you@example.com', 'you@example.com'],
  smsExample: ['+49 170 1234567', '+86 138 0000 0000'],
  send: ['Send', '发送'],
  sending: ['Sending. This takes up to twelve seconds.', '正在发送，最多需要 12 秒。'],
  went: [(ms: number) => `Taken after ${ms} ms. The answer:`, (ms: number) => `${ms} 毫秒后被接受，对方回复：`],
  failed: [(ms: number) => `Not taken, after ${ms} ms. The answer:`, (ms: number) => `${ms} 毫秒后未被接受，原因：`],
  rules: [
    'Five tests an hour for each user pool. A test holds no code that opens anything.',
    '每个用户池每小时最多 5 次测试，测试消息不含有效验证码。',
  ],
  needsOperator: ['Operators and owners see how messages are sent', '操作员和所有者可查看消息设置'],
});
