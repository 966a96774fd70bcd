import type { Language } from '@passbeam/protocol';

/** What the page for devices says. */
export interface DevicePageWords {
  tag: string;
  title: string;
  inTheApp: string;
  warning: string;
}

export const devicePageWords: Record<Language, DevicePageWords> = {
  en: {
    tag: 'en',
    title: 'Sign in on a device',
    inTheApp: 'Open the app that you log in with, choose “Scan” and point it at the code on the device.',
    warning:
      'Only continue if you began this yourself, on a device in front of you. Nobody will send you such a code or ask you for one.',
  },
  zh: {
    tag: 'zh-CN',
    title: '登录设备',
    inTheApp: '请打开您的登录应用，选择“扫一扫”，对准设备上的二维码。',
    warning: '仅当这是您本人在面前的设备上发起的操作时，才可继续。任何人都不会向您发送或索要此类代码。',
  },
};
