import { type Language, type SecurityCheckDto, type WarningType, warningTypes } from '@passbeam/protocol';
import type { Warning } from '../../core/management/directory/warnings.ts';

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

/** What is so where nothing warns. */
const goodTexts: Record<WarningType, [en: string, zh: string]> = {
  fullUserInfoOn: ['Polls carry a ticket, and no person', '轮询只返回 ticket，不返回用户信息'],
  browserExchangeOn: ['A ticket is exchanged by a backend with its secret', 'ticket 由后端凭密钥换取'],
  qrcodeLivesLong: ['Codes can be scanned for ten minutes at most', '二维码有效时间不超过十分钟'],
  ticketLivesLong: ['Tickets can be exchanged for five minutes at most', 'ticket 有效时间不超过五分钟'],
  pollBindingNone: ['Codes are followed by whoever asked for them alone', '二维码只能由发起者轮询'],
  noAllowedOrigins: ['Pages that may call are listed', '已配置允许的来源'],
  registrationOpen: ['Strangers cannot sign up', '陌生人无法自行注册'],
  noMessages: ['One-time codes can be sent', '可以发送验证码'],
  publicUrlHttp: ['PUBLIC_URL is https', 'PUBLIC_URL 为 https'],
  secretEndsSoon: ['No secret that was replaced ends within a day', '没有即将失效的旧密钥'],
  twoConfigurationFiles: ['The servers apply one configuration file, or none', '各节点使用同一份配置文件，或未使用'],
};

const mostApplications = 100;

/** Every check, what is not met first. */
export function securityChecks(warnings: readonly Warning[], language: Language): SecurityCheckDto[] {
  return warningTypes
    .map((type) => {
      const found = warnings.filter((warning) => warning.type === type);
      const isMet = found.length === 0;
      const [en, zh] = (isMet ? goodTexts : texts)[type];
      const appIds = [...new Set(found.flatMap(({ appId }) => appId ?? []))].slice(0, mostApplications);
      return { type, isMet, message: { en, zh }[language], appIds };
    })
    .sort((one, other) => Number(one.isMet) - Number(other.isMet));
}

export function warningText(type: WarningType, language: Language): string {
  const [en, zh] = texts[type];
  return { en, zh }[language];
}
