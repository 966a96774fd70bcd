import { texts } from '../../../language/define.ts';

export const loginWords = texts({
  section: ['App scan-login web custom configuration', 'App 扫码登录 Web 自定义配置'],
  sectionText: [
    'How long codes and tickets live, and what a web page may see. Applications inherit this unless they have values of their own.',
    '二维码与 ticket 的有效时间，以及网页可见的内容。未单独设置的应用均继承这些值。',
  ],
  qrcodeExpiresIn: ['QR code validity period', '二维码有效时间'],
  qrcodeText: [
    'How long a code on a screen may be scanned. Codes already made keep their time.',
    '屏幕上的二维码可供扫描的时长。已生成的二维码不受影响。',
  ],
  ticketExpiresIn: ['Ticket validity period', 'ticket 有效时间'],
  ticketText: [
    'From the confirmation on the phone until your backend must have exchanged the ticket. Holds for the next confirmation.',
    '从手机确认到后端必须完成 ticket 兑换的时长，自下一次确认起生效。',
  ],
  fromTo: ['1 second to 1 day', '1 秒至 1 天'],
  usually: [(value: string) => `Default: ${value}`, (value: string) => `默认：${value}`],
  back: ['Back to default', '恢复默认'],
  outOfRange: ['From 1 second to 1 day', '应在 1 秒到 1 天之间'],
  qrShort: [
    'Below 15 seconds many people will not get their phone out in time.',
    '少于 15 秒时，许多人来不及拿出手机扫描。',
  ],
  qrLong: [
    'The longer a code lives, the longer somebody can show it to another person and wait for their scan.',
    '二维码有效时间越长，他人转发并诱导扫描的机会越大。',
  ],
  ticketLong: ['A ticket that leaks can be used for this long.', 'ticket 一旦泄露，在此期间内均可被使用。'],
  returnFullUserInfo: ['Web polling interface returns complete user information', 'Web 轮询接口返回完整用户信息'],
  fullText: [
    'Off: a page sees who scanned and gets a ticket. On: whoever may follow the code gets the person and their tokens; the call asks for no permission. Better: exchange the ticket in your backend.',
    '关闭时，页面只能看到扫码人并获得 ticket。开启后，任何能轮询该二维码的一方都会直接得到用户信息与令牌，且无需任何权限。建议由后端兑换 ticket。',
  ],
  fullAsk: ['Let polls return the whole person?', '允许轮询返回完整用户信息？'],
  fullRisk: [
    'From the next poll on, pages receive tokens without a secret. A page with a script that is not yours hands them to strangers.',
    '自下一次轮询起，页面无需密钥即可得到令牌。若页面中有不受您控制的脚本，令牌可能被他人获取。',
  ],
  allowExchangeUserInfoFromBrowser: [
    'Allow using the ticket to exchange for user information in the browser',
    '允许在浏览器使用 ticket 换取用户信息',
  ],
  exchangeText: [
    'Off: only your backend, with the application’s secret, may redeem a ticket. On: whoever holds a ticket may. Needed by pages without a backend.',
    '关闭时，只有持有应用密钥的后端可以兑换 ticket。开启后，持有 ticket 的任何一方都可以兑换。没有后端的页面需要开启。',
  ],
  exchangeAsk: ['Let browsers exchange tickets?', '允许浏览器兑换 ticket？'],
  exchangeRisk: [
    'A ticket that is seen by anybody else then signs them in as the person who scanned.',
    '若 ticket 被他人看到，对方即可以扫码人的身份登录。',
  ],
  turnOn: ['Turn it on', '开启'],
  on: ['On', '开'],
  off: ['Off', '关'],
  seen: ['What a page sees', '页面能看到什么'],
  seenText: ['The answer to a poll, as these settings make it.', '按照当前设置，轮询得到的应答。'],
  touched: ['Who is touched', '影响哪些应用'],
  inheriting: [
    (n: number) => (n === 1 ? 'One application inherits all of this.' : `${n} applications inherit all of this.`),
    (n: number) => `${n} 个应用继承以上全部设置。`,
  ],
  ownValues: ['With values of their own:', '有独立设置的应用：'],
  noApplications: ['No application yet.', '尚无应用。'],
});
