import { texts } from '../../../language/define.ts';

export const webWords = texts({
  origins: ['Allowed origins', '允许的来源'],
  originsText: [
    'Pages that may ask this server: exactly as in the address bar, without a path, one a line. Paste as many as you like.',
    '可访问此服务器的页面：与地址栏完全一致，不含路径，每行一个，可一次粘贴多个。',
  ],
  notOrigin: [
    (lines: string) => `Not an origin like https://www.example.com: ${lines}`,
    (lines: string) => `不是 https://www.example.com 形式的来源：${lines}`,
  ],
  none: ['No page of another origin may ask this server yet.', '目前不允许任何其他来源的页面访问。'],
  refused: ['Refused lately', '近期被拒绝的来源'],
  refusedText: [
    'Pages of other origins that asked in vain within the last week. Strangers can send any name: add only what is yours.',
    '最近一周内访问被拒的其他来源。陌生人可以发送任意名称，请只添加属于您的来源。',
  ],
  noneRefused: ['No page was refused.', '没有页面被拒绝。'],
  origin: ['Origin', '来源'],
  times: ['Times', '次数'],
  last: ['Last', '最近一次'],
  add: ['Add', '添加'],
  added: ['In the list above', '已在上方列表中'],
  addOrigin: [(origin: string) => `Add ${origin}`, (origin: string) => `添加 ${origin}`],
  registration: ['Self-registration', '自助注册'],
  registrationText: ['Whether people may make an account by themselves.', '用户是否可以自行注册账户。'],
  open: ['People may register by themselves', '允许用户自行注册'],
  openText: [
    'Off: only operators create accounts, and your company’s tokens bring them along.',
    '关闭后，只能由管理员创建账户，或由企业令牌带入。',
  ],
});
