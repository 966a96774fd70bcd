import Bowser from 'bowser';

const browsers = [
  'Chrome',
  'Firefox',
  'Safari',
  'Microsoft Edge',
  'Opera',
  'Samsung Internet for Android',
  'WeChat',
  'UC Browser',
  'QQ Browser',
];
const devices = ['desktop', 'mobile', 'tablet', 'tv', 'bot'];
const systems = ['Windows', 'macOS', 'Linux', 'Android', 'iOS', 'Chrome OS'];

/** Browser and system in a fixed vocabulary; null for unknown ones. The raw text could write on the consent screen (threats T3). */
export function describeUserAgent(userAgent: string | null): {
  browser: string | null;
  os: string | null;
  device: string | null;
} {
  if (!userAgent) return { browser: null, os: null, device: null };
  const { browser, os, platform } = Bowser.parse(userAgent);
  return {
    browser: browsers.find((name) => name === browser.name) ?? null,
    os: systems.find((name) => name === os.name) ?? null,
    device: devices.find((name) => name === platform.type) ?? null,
  };
}
