import { texts } from '../../language/define.ts';
import { counted } from '../../language/texts.ts';

export const liveWords = texts({
  title: ['Live codes', '实时二维码'],
  lead: ['Codes on screens right now that nobody finished yet.', '当前显示在屏幕上、尚未完成的二维码。'],
  unfinished: ['Unfinished', '未完成'],
  application: ['Application', '应用'],
  all: ['All', '全部'],
  status: ['Status', '状态'],
  PENDING: ['Waiting', '等待扫描'],
  SCANNED: ['Scanned', '已扫描'],
  code: ['Code', '二维码'],
  left: ['Time left', '剩余时间'],
  shownAgo: [(ago: string) => `shown ${ago}`, (ago: string) => `${ago}生成`],
  maker: ['Made by', '生成者'],
  aServer: ['a server', '服务器'],
  scanner: ['Scanned by', '扫码人'],
  bound: ['Who can follow it', '谁可轮询'],
  isBound: ['Only its page', '仅原页面'],
  isOpen: ['Anybody', '任何一方'],
  foreign: ['A stranger asked', '有无关方轮询'],
  end: ['End', '终止'],
  endTitle: ['End this code?', '终止此二维码？'],
  endText: [
    'It shows as expired at once, and the page makes a new one.',
    '该二维码立即显示为过期，页面会生成新的二维码。',
  ],
  endAll: ['End all of this application', '终止该应用的全部二维码'],
  endedN: [(n: number) => `${counted(n, 'code', 'codes')} ended.`, (n: number) => `已终止 ${n} 个二维码。`],
  pause: ['Pause', '暂停'],
  goOn: ['Go on', '继续'],
  emptyTitle: ['None just now', '当前没有二维码'],
  emptyText: [
    'A code appears here as soon as a page shows one, and leaves when it is finished or expired.',
    '页面一显示二维码，这里就会出现；完成或过期后消失。',
  ],
  deed: ['Action', '操作'],
});
