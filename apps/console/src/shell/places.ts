import type { ApplicationDto } from '@passbeam/protocol';
import type { Words } from '../language/texts.ts';
import type { Found } from './finder.tsx';
import { poolPages } from './pages.ts';
import type { shellWords } from './words.ts';

/** Settings by every name that documents, old and new, give them: where people were told to look, they find. */
const settings = [
  {
    key: 'login',
    to: '/$pool/settings',
    hash: 'app-scan-login',
    text: ['App scan-login web custom configuration', 'App 扫码登录 Web 自定义配置'],
    names:
      'QR code validity period qr code valid time ticket validity period ticket valid time second minute security settings basic settings login settings general security login security 二维码有效时间 ticket 有效时间 安全设置 基础设置 登录设置 扫码登录 qrcodeExpiresIn ticketExpiresIn',
  },
  {
    key: 'full-info',
    to: '/$pool/settings',
    hash: 'return-full-user-info',
    text: ['Web polling returns complete user information', 'Web 轮询接口返回完整用户信息'],
    names: 'returnFullUserInfo',
  },
  {
    key: 'browser-exchange',
    to: '/$pool/settings',
    hash: 'browser-exchange',
    text: ['Ticket exchange in the browser', '允许在浏览器使用 ticket 换取用户信息'],
    names:
      'allow using the ticket to exchange for user information in the browser allowExchangeUserInfoFromBrowser 换取用户信息',
  },
  {
    key: 'origins',
    to: '/$pool/settings/web',
    text: ['Allowed origins', '允许的来源'],
    names: 'cors web security 跨域 安全域',
  },
  {
    key: 'messages',
    to: '/$pool/settings/messages',
    text: ['Messages', '消息'],
    names: 'e-mail email provider smtp sms send a test one-time codes verification code 邮件 短信 验证码 消息服务',
  },
  {
    key: 'new-application',
    to: '/$pool/applications/new',
    text: ['New application', '新建应用'],
    names: 'create self-built app 创建自建应用',
  },
  {
    key: 'import-users',
    to: '/$pool/users/import',
    text: ['Import people', '导入用户'],
    names: 'import users csv json upload excel bulk migrate 导入用户 批量导入 迁移',
  },
  { key: 'new-user', to: '/$pool/users/new', text: ['New person', '新建用户'], names: 'create user 创建用户' },
] as const;

/** `applications` are what the server found by the text: their ids have no form to know them by. */
export function placesFor(
  text: string,
  {
    pool,
    applications,
    words,
  }: { pool: string; applications: readonly ApplicationDto[]; words: Words<typeof shellWords> },
): Found[] {
  const wanted = text.trim().toLowerCase();
  const params = { pool };
  const language = words.users === '用户' ? 1 : 0;
  const pages: Found[] = poolPages.map(({ name, to }) => ({
    key: name,
    text: words[name],
    icon: name,
    go: { to, params },
  }));
  const general: Found[] = (['administrators', 'installation'] as const).map((name) => ({
    key: name,
    text: words[name],
    icon: name,
    go: { to: `/${name}` },
  }));
  const named: (Found & { names: string })[] = settings.map((setting) => ({
    key: setting.key,
    text: setting.text[language],
    names: `${setting.text.join(' ')} ${setting.names}`.toLowerCase(),
    icon: 'settings',
    go: { to: setting.to, params, ...('hash' in setting && { hash: setting.hash }) },
  }));
  if (wanted === '') return [...pages, ...general];
  return [
    ...pages.filter(({ key, text }) => text.toLowerCase().includes(wanted) || key.includes(wanted)),
    ...named.filter(({ names }) => names.includes(wanted)),
    ...general.filter(({ key, text }) => text.toLowerCase().includes(wanted) || key.includes(wanted)),
    ...applications.map(({ appId, appName }) => ({
      key: appId,
      text: words.findApplication(appName),
      icon: 'applications' as const,
      go: { to: '/$pool/applications/$app', params: { pool, app: appId } },
    })),
    ...ids(text.trim(), pool, words),
  ];
}

/** What a pasted text may be the id of. */
function ids(text: string, pool: string, words: Words<typeof shellWords>): Found[] {
  const params = { pool };
  const found: Found[] = [];
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) {
    found.push({
      key: 'request',
      text: words.findRequest(text),
      icon: 'audit',
      go: { to: '/$pool/audit', params, search: { request: text } },
    });
  }
  if (/^[\w-]{43}$/.test(text) || /^[\w-]{16}$/.test(text)) {
    found.push({
      key: 'code',
      text: words.findCode(text),
      icon: 'live',
      go: { to: '/$pool/audit', params, search: { code: text } },
    });
  }
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:]+$/i.test(text)) {
    found.push({
      key: 'address',
      text: words.findAddress(text),
      icon: 'audit',
      go: { to: '/$pool/audit', params, search: { ip: text } },
    });
  }
  found.push({
    key: 'person',
    text: words.findPerson(text),
    icon: 'users',
    go: { to: '/$pool/users', params, search: { q: text } },
  });
  return found;
}
