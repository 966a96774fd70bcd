import { texts } from '../../language/define.ts';
import { counted } from '../../language/texts.ts';

export const loginsWords = texts({
  title: ['Logins', '登录记录'],
  lead: ['Who signed in lately, and who tried in vain.', '最近的登录成功与失败记录。'],
  application: ['Application', '应用'],
  all: ['All', '全部'],
  empty: ['Nobody signed in within this time', '此期间没有登录'],
  emptyText: [
    'Every login and every failed one appears here, whichever way it was made.',
    '无论以何种方式，每次登录成功或失败都会显示在这里。',
  ],
  range: ['Period', '时间范围'],
  day: ['Last 24 hours', '最近 24 小时'],
  week: ['Last 7 days', '最近 7 天'],
  month: ['Last 30 days', '最近 30 天'],
  remedy: ['End logins', '结束登录'],
  remedyTitle: ['End many logins at once', '批量结束登录'],
  remedyText: [
    'After a stolen phone, a leaked secret or a wrong setting. First you are told how many there are.',
    '适用于手机丢失、密钥泄露或配置错误等情况。系统会先告知数量。',
  ],
  from: ['Signed in from', '登录时间从'],
  to: ['to', '至'],
  person: ['Person (id)', '用户编号'],
  scansOnly: ['Only logins that came of a scan', '仅扫码登录'],
  count: ['Count them', '统计数量'],
  found: [
    (n: number, more: string) => counted(n, 'login matches', 'logins match', more),
    (n: number, more: string) => `共 ${n}${more} 个登录`,
  ],
  none: ['No login matches.', '没有匹配的登录。'],
  end: [(n: number) => `End ${counted(n, 'login', 'logins')}`, (n: number) => `结束 ${n} 个登录`],
  endTitle: [(n: number) => `End ${counted(n, 'login', 'logins')}?`, (n: number) => `结束 ${n} 个登录？`],
  endText: ['People are signed out at once and can sign in again.', '相关用户会立即退出，可重新登录。'],
  ended: [(n: number) => `${counted(n, 'login', 'logins')} ended.`, (n: number) => `已结束 ${n} 个登录。`],
  goesOn: ['There are more: end them with the same button.', '还有更多，请再次点击。'],
});
