import type { Language } from '@passbeam/protocol';
import type { DeviceResult } from '../../../core/authorization/interaction.ts';

/** What the pages for devices say. */
export interface DevicePageWords {
  title: string;
  inTheApp: string;
  code: string;
  next: string;
  warning: string;
  results: Record<DeviceResult, { title: string; text: string }>;
  again: string;
}

export const devicePageWords: Record<Language, DevicePageWords> = {
  en: {
    title: 'Sign in on a device',
    inTheApp: 'Scan the code on the device with the app that you log in with, or type it here.',
    code: 'Code on the device',
    next: 'Continue',
    warning:
      'Only continue if you began this yourself, on a device in front of you. Nobody will send you such a code, or call you for one.',
    results: {
      approved: { title: 'The device is signed in', text: 'Go back to the device. You may close this page.' },
      denied: { title: 'The device was not signed in', text: 'You refused. You may close this page.' },
      left: { title: 'The device was not signed in', text: 'Nothing was decided, and its code is still good.' },
      over: {
        title: 'This code is no longer good',
        text: 'It has expired, or it was used elsewhere. Begin again on the device.',
      },
    },
    again: 'Type a code',
  },
  zh: {
    title: '登录设备',
    inTheApp: '请使用您的登录应用扫描设备上的二维码，或在此输入设备上显示的代码。',
    code: '设备上的代码',
    next: '继续',
    warning: '仅当这是您本人在面前的设备上发起的操作时，才可继续。任何人都不会向您发送或致电索要此类代码。',
    results: {
      approved: { title: '设备已登录', text: '请回到设备继续操作，本页面可以关闭。' },
      denied: { title: '设备未登录', text: '您已拒绝，本页面可以关闭。' },
      left: { title: '设备未登录', text: '您没有作出决定，设备上的代码仍然有效。' },
      over: { title: '代码已失效', text: '代码已过期或已在别处使用，请在设备上重新开始。' },
    },
    again: '输入代码',
  },
};
