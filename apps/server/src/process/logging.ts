import { type LoggerOptions, stdSerializers, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/environment.ts';

/**
 * One line of JSON per event, so callers start no line of their own. Secrets are removed from the finished line, by field name at any
 * depth and by shape anywhere (threats T38). `node` tells the lines of many nodes apart.
 */
export function loggerOptions(level: LogLevel, node?: string): LoggerOptions {
  return {
    level,
    base: node === undefined ? undefined : { node },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: stdSerializers.errWithCause },
    hooks: { streamWrite: scrub },
  };
}

export function droppedLine(count: number, node: string): string {
  const msg = 'log lines were dropped, because standard output was not read or could not be written';
  return `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), node, count, msg })}\n`;
}

const removed = '[removed]';

/** Field names whose values are secrets, whatever they look like. Case, `-` and `_` do not count. */
const secretNames = [
  'authorization',
  'proxyAuthorization',
  'cookie',
  'setCookie',
  'password',
  'oldPassword',
  'newPassword',
  'passwordHash',
  'secret',
  'appSecret',
  'clientSecret',
  'userPoolSecret',
  'secretKey',
  'accessKeySecret',
  'clientAssertion',
  'ticket',
  'token',
  'accessToken',
  'idToken',
  'idTokenHint',
  'refreshToken',
  'pollSecret',
  'xQrPollSecret',
  'scanToken',
  'qrcodeId',
  'random',
];

const nameSource = secretNames.map((name) => name.replace(/[A-Z]/g, '[-_]?$&')).join('|');

/** `"name":"value"` and `"name":["value", …]`, as JSON.stringify writes them. */
const field = new RegExp(
  `("(?:${nameSource})":)(?:"(?:[^"\\\\]|\\\\.)*"|\\[(?:[^\\]"\\\\]|"(?:[^"\\\\]|\\\\.)*")*\\])`,
  'gi',
);
/** The same inside a string: a body that was logged as text, so every quote and backslash is escaped once more. */
const quotedField = new RegExp(
  `(\\\\"(?:${nameSource})\\\\"\\s*:\\s*\\\\")(?:[^"\\\\]|\\\\\\\\(?:\\\\["\\\\]|[^"\\\\])|\\\\[^"\\\\])*`,
  'gi',
);
/** `name=value` in a URL or a form; `code` is OpenID Connect's. */
const parameter = new RegExp(`((?:^|[?&;\\s"])(?:${nameSource}|code)=)[^&\\s"\\\\#;]+`, 'gi');

const patterns: [RegExp, string][] = [
  [field, `$1"${removed}"`],
  [quotedField, `$1${removed}`],
  [parameter, `$1${removed}`],
  // A JWT, whole or with its signature cut off.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, removed],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{16,}/gi, `$1 ${removed}`],
  [/\$argon2id?\$[\w$=,+/]+/g, removed],
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-"]*/g, removed],
  // `scheme://user:password@host`
  [/(:\/\/[^\s/:@"\\]*:)[^\s/@"\\]+(?=@)/g, `$1${removed}`],
  // A qrcodeId as a segment of a path: 32 letters and digits.
  [/(\/)[A-Za-z0-9]{32}(?=[./?"\s\\]|$)/g, `$1${removed}`],
];

/** Tickets (`tk_`, the qrcodeId, `_`), refresh tokens (`rt_`) and poll secrets: 32 bytes in base64url, standing alone. */
const token = /(?<![\w-])(?:[a-z]{2}_(?:\w{32}_)?)?[\w-]{43}(?![\w-])/g;

export function scrub(line: string): string {
  const clean = patterns.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
  // Words of one case only are names, not random bytes.
  return clean.replace(token, (run) => (/[a-z]/.test(run) && /[A-Z]/.test(run) ? removed : run));
}
