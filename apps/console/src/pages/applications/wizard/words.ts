import { texts } from '../../../language/define.ts';

export const wizardWords = texts({
  title: ['New application', '新建应用'],
  step: [(n: number, of: number) => `Step ${n} of ${of}`, (n: number, of: number) => `第 ${n} 步，共 ${of} 步`],
  what: ['What is it?', '它是什么？'],
  site: ['Web site with a backend', '有后端的网站'],
  siteText: [
    'Shows a code, and its server exchanges the ticket with a secret. A shop, an intranet.',
    '展示二维码，由服务器用密钥兑换 ticket。例如商城、内网系统。',
  ],
  phone: ['Mobile app that scans', '扫码的移动 App'],
  phoneText: [
    'People are signed in to it; it scans and confirms. Your company’s app.',
    '用户已在其中登录，用它扫码并确认。例如贵公司的 App。',
  ],
  page: ['Page without a backend', '没有后端的页面'],
  pageText: [
    'Only scripts in a browser. Needs the exchange in the browser, which is off.',
    '仅有浏览器脚本，需要开启“浏览器换取用户信息”（默认关闭）。',
  ],
  service: ['Another service', '其他服务'],
  serviceText: [
    'Manages people or reads the log, and signs nobody in. It needs an access key.',
    '管理用户或读取日志，不用于登录。请为其创建访问密钥。',
  ],
  about: ['About it', '基本信息'],
  name: ['Name', '名称'],
  nameText: ['People read it on their phone: “… wants to sign you in”.', '会显示在用户手机上：“……请求登录”。'],
  domain: ['Domain', '域名'],
  domainText: [
    'Shown beside the name, so that people can compare. For example www.example.com',
    '显示在名称旁，供用户核对，例如 www.example.com',
  ],
  origins: ['Address of its pages', '页面地址'],
  originsText: [
    'Pages that ask from elsewhere are refused. Exactly as in the address bar, without a path: https://www.example.com. One a line.',
    '来自其他地址的页面会被拒绝。与地址栏完全一致，不含路径，例如 https://www.example.com。每行一个。',
  ],
  create: ['Create', '创建'],
  back: ['Back', '上一步'],
  connect: ['Put it in', '接入'],
  idAndSecret: ['Id and secret', '编号与密钥'],
  showSecret: ['Show the secret', '显示密钥'],
  secretNeedsOwner: ['An owner can show the secret.', '仅所有者可查看密钥。'],
  settingsText: ['What every recipe reads from its environment:', '各示例从环境变量读取以下设置：'],
  recipeText: [
    'A whole, tested example. Start it and scan, or take what you need of it.',
    '完整且经过测试的示例。可直接运行扫码，也可按需取用。',
  ],
  snippets: ['Examples', '示例'],
  startIt: ['Start it', '运行'],
  try: ['Try it', '试一试'],
  tryText: [
    'A real code of this application. Scan it with your app: what happens arrives beside it.',
    '这是该应用的真实二维码。用您的 App 扫描，事件会实时显示在旁边。',
  ],
  tryNoPhone: [
    'No application of this pool approves scans yet. Create your mobile app next, and come back here.',
    '此用户池中尚无可扫码确认的应用。请先创建移动 App，再回到这里。',
  ],
  waiting: ['Waiting for a scan', '等待扫描'],
  seenNothing: ['Nothing yet. The code is live: scan it.', '尚无事件。二维码有效，请扫描。'],
  done: [
    'A person confirmed. The page has the ticket; nobody exchanges it here, and on your site your backend does.',
    '用户已确认，页面已获得 ticket。此处不会兑换；在您的网站中由后端兑换。',
  ],
  toDetail: ['Go to the application', '前往应用'],
  phoneNext: ['This is how your app scans and confirms:', '您的 App 如何扫码并确认：'],
  browserExchangeOff: [
    'Tickets cannot be exchanged in the browser: the switch is off. An owner turns it on for this application alone under its Security.',
    '浏览器换取用户信息处于关闭状态。所有者可在该应用的“安全管理”页单独开启。',
  ],
  ready: [(name: string) => `${name} is ready`, (name: string) => `${name} 已创建`],
});
