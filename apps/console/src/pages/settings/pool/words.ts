import { texts } from '../../../language/define.ts';

export const poolWords = texts({
  title: ['User pool', '用户池'],
  name: ['Name', '名称'],
  id: ['Id', '编号'],
  binding: ['Who may follow the codes of new applications', '新应用的二维码可由谁轮询'],
  bindingText: [
    'Each application can have its own; this is what new ones begin with.',
    '每个应用可单独设置，此处为新应用的默认值。',
  ],
  cookie: ['The browser that asked, by a cookie', '发起请求的浏览器（Cookie）'],
  secret: ['The page that asked, by a secret', '发起请求的页面（密钥）'],
  none: ['Anybody who knows the code', '任何知道二维码编号的一方'],
  noneWarns: ['Whoever sees a code on a screen can then take its ticket.', '任何看到二维码的人都可能取走其 ticket。'],
  saved: ['Saved', '已保存'],
});
