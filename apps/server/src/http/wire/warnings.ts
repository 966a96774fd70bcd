import type { Language, WarningType } from '@passbeam/protocol';

/** What each warning says. */
const texts: Record<WarningType, [en: string, zh: string]> = {
  fullUserInfoOn: [
    'Every poll of a confirmed code carries the whole person and their tokens',
    '已确认二维码的轮询会返回完整用户信息与令牌',
  ],
  browserExchangeOn: [
    'Whoever holds a ticket can exchange it, without a secret',
    '持有 ticket 者无需密钥即可换取用户信息',
  ],
  qrcodeLivesLong: ['A code can be scanned for longer than ten minutes', '二维码有效时间超过十分钟'],
  ticketLivesLong: ['A ticket can be exchanged for longer than five minutes', 'ticket 有效时间超过五分钟'],
  pollBindingNone: [
    'Whoever saw a code on a screen may poll for its ticket',
    '看到屏幕上二维码的任何人都可以轮询其 ticket',
  ],
  noAllowedOrigins: [
    'No page may call from a browser: allowedOrigins is empty',
    '未配置允许的来源：浏览器页面无法调用',
  ],
  registrationOpen: ['Strangers may sign up', '任何人都可以注册'],
  noMessages: ['No way to send one-time codes is set up', '尚未配置验证码发送方式'],
  publicUrlHttp: ['PUBLIC_URL is http: anybody on the way can read logins', 'PUBLIC_URL 为 http：传输内容可被窃听'],
  secretEndsSoon: ['A secret that was replaced ends within a day', '已被替换的密钥将在一天内失效'],
  twoConfigurationFiles: [
    'Two configuration files are applied in turn: one of the nodes has an old one',
    '两份配置文件交替生效：某个节点使用的是旧文件',
  ],
};

export function warningText(type: WarningType, language: Language): string {
  const [en, zh] = texts[type];
  return { en, zh }[language];
}
