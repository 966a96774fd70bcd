import { texts } from '../../../language/define.ts';

export const reportWords = texts({
  title: ['What protects this pool', '此用户池的安全状况'],
  text: [
    'Everything that the server looks at, and why it is as it should be or not. It changes as soon as its cause does.',
    '服务器检查的所有项目及其原因，状态随设置即时变化。',
  ],
  state: ['State', '状态'],
  met: ['Met', '已满足'],
  open: ['Open', '未满足'],
  why: ['Why', '说明'],
  where: ['Where', '位置'],
  setting: ['Setting', '设置'],
  environment: ['The server’s environment', '服务器环境'],
});
