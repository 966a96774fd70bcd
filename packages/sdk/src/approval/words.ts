import type { ConsentContext } from '@passbeam/protocol';
import type { ApprovalOutcome, ApprovalRejection, ApprovalTroubleKind } from './state.ts';

/** The sentences for the person who holds the phone. */
export interface ApprovalWords {
  heading(site: string): string;
  advice: string;
  cautions: Record<Caution, string>;
  rejections: Record<ApprovalRejection['kind'], string>;
  /** The server's own words, where it answered, are shown in place of `busy` and `failed`. */
  troubles: Record<ApprovalTroubleKind, string>;
  /** In place of a trouble, while the request is sent again by itself. */
  again: string;
  /** Follows a trouble, where an answer may have arrived. */
  mayHaveArrived: string;
  outcomes: Record<ApprovalOutcome, [heading: string, text: string]>;
}

type Caution = 'byLink' | 'byTyping' | 'firstTime' | 'otherNetwork' | 'otherCountry';

const en: ApprovalWords = {
  heading: (site) => `Sign in to ${site}?`,
  advice: 'Decline if you did not start this.',
  cautions: {
    byLink: 'You came by a link. Did you press it on the page that you want to sign in to?',
    byTyping: 'You pasted or typed this code. Did you take it from the page yourself? Nobody will ever ask you to.',
    firstTime: 'This is your first login on that browser.',
    otherNetwork: 'That browser is on a different network than this phone.',
    otherCountry: 'That browser seems to be in a different country than this phone.',
  },
  rejections: {
    notACode: 'This is not a login code.',
    otherService: 'This login code belongs to another service, so this app will not answer it.',
  },
  troubles: {
    offline: 'The server could not be reached. Check the connection and try again.',
    timeout: 'The server did not answer in time. Try again.',
    busy: 'Too many requests. Wait a moment and try again.',
    unavailable: 'The server cannot answer now. Try again shortly.',
    signedOut: 'You are not signed in any more. Sign in to go on.',
    failed: 'That did not work. Try again.',
  },
  again: 'No answer yet. Trying again…',
  mayHaveArrived: ' Your answer may have arrived all the same.',
  outcomes: {
    approved: ['Signed in on the web site', 'You can go on in the browser.'],
    declined: ['Declined', 'Nobody was signed in. If you did not start this, there is nothing else to do.'],
    expired: ['This code has expired', 'Scan the new code on the web site.'],
    taken: [
      'Someone else scanned this code',
      'A code belongs to whoever scans it first. Ask the web site for a new one.',
    ],
    finished: ['This code is used up', 'It was confirmed or declined already. Ask the web site for a new one.'],
    unclear: [
      'Look at the web site',
      'Your answer was sent, but the reply got lost. The web site shows whether it arrived.',
    ],
    unknown: ['This code does not exist', 'Scan the code that is on the web site now.'],
    otherService: ['This code is not for this app', 'It belongs to another service. Nothing was confirmed.'],
    notAllowed: ['This app cannot approve codes', 'Ask whoever runs this service.'],
    scanBorn: [
      'This sign-in cannot approve codes',
      'It came from a scan itself. Use a phone on which you signed in yourself.',
    ],
    suspended: ['Your account is not active', 'Nothing was confirmed. Ask whoever runs this service.'],
    signedOut: ['You are not signed in any more', 'Sign in, then scan a new code.'],
  },
};

const zh: ApprovalWords = {
  heading: (site) => `登录到 ${site}？`,
  advice: '如果不是你本人发起，请拒绝。',
  cautions: {
    byLink: '你是通过链接打开的。链接是你在要登录的页面上点的吗？',
    byTyping: '这个二维码是粘贴或输入的。是你自己从页面上取的吗？任何人都不会要求你这样做。',
    firstTime: '这是你首次在该浏览器上登录。',
    otherNetwork: '该浏览器与本手机不在同一网络。',
    otherCountry: '该浏览器与本手机似乎不在同一国家或地区。',
  },
  rejections: {
    notACode: '这不是登录二维码。',
    otherService: '该登录二维码属于其他服务，本应用不予处理。',
  },
  troubles: {
    offline: '无法连接服务器，请检查网络后重试。',
    timeout: '服务器未及时响应，请重试。',
    busy: '请求过于频繁，请稍后再试。',
    unavailable: '服务器暂时无法响应，请稍后再试。',
    signedOut: '登录态已失效，请登录后继续。',
    failed: '操作未成功，请重试。',
  },
  again: '尚未收到回复，正在重试…',
  mayHaveArrived: '不过，你的选择可能已经送达。',
  outcomes: {
    approved: ['已在网站上登录', '请回到浏览器继续操作。'],
    declined: ['已拒绝', '未登录任何人。如果不是你发起的，无需其他操作。'],
    expired: ['二维码已过期', '请扫描网站上的新二维码。'],
    taken: ['该二维码已被他人扫描', '二维码归首个扫描者所有，请在网站上获取新的二维码。'],
    finished: ['二维码已失效', '它已被确认或拒绝，请在网站上获取新的二维码。'],
    unclear: ['请查看网站', '你的选择已发出，但未收到回复。是否生效请以网站显示为准。'],
    unknown: ['二维码不存在', '请扫描网站上当前显示的二维码。'],
    otherService: ['该二维码不属于本应用', '它属于其他服务，未进行任何确认。'],
    notAllowed: ['本应用无法确认二维码', '请联系服务管理员。'],
    scanBorn: ['当前登录无法确认二维码', '它本身来自扫码。请使用你自行登录的手机。'],
    suspended: ['你的账号未处于启用状态', '未进行任何确认，请联系服务管理员。'],
    signedOut: ['登录态已失效', '请登录后扫描新的二维码。'],
  },
};

/** English, unless `lang` is Chinese. */
export function wordsIn(lang: string | undefined): ApprovalWords {
  return lang?.toLowerCase().startsWith('zh') ? zh : en;
}

export function cautionsOf(consent: ConsentContext, { cautions }: ApprovalWords): readonly string[] {
  const { door, firstTimeOnThisBrowser, ipMismatch, countryMismatch } = consent;
  const told = [
    (door === 'link' || door === 'button') && cautions.byLink,
    door === 'typed' && cautions.byTyping,
    firstTimeOnThisBrowser && cautions.firstTime,
    ipMismatch === true && cautions.otherNetwork,
    countryMismatch === true && cautions.otherCountry,
  ];
  return told.filter((text) => text !== false);
}
