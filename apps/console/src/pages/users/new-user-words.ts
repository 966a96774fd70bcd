import { texts } from '../../language/define.ts';

export const newUserWords = texts({
  title: ['New person', '新建用户'],
  lead: ['A username, an e-mail address or a phone number at least.', '用户名、邮箱、手机号至少填写一项。'],
  name: ['Name', '姓名'],
  nickname: ['Nickname', '昵称'],
  username: ['Username', '用户名'],
  email: ['E-mail', '邮箱'],
  phone: ['Phone', '手机号'],
  password: ['Password', '密码'],
  password_none: ['None: they sign in by scan or one-time code', '不设置：通过扫码或验证码登录'],
  password_given: ['One that I type', '手动设置'],
  password_drawn: ['A random one, shown to me once', '随机生成，仅显示一次'],
  mustChange: ['They must change it at their first sign-in', '首次登录时必须修改'],
  create: ['Create', '创建'],
  cancel: ['Cancel', '取消'],
  drawnTitle: ['Their password', '该用户的密码'],
  drawnText: ['Hand it over by a way that only they read.', '请通过仅本人可见的方式告知。'],
});
