import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loopbackHosts } from '../core/directory/allowed-hosts.ts';
import { settlePorts } from '../process/settle-ports.ts';
import { type Config, loadConfig } from './config.ts';
import { ConfigError } from './config-mistakes.ts';
import { Environment } from './environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function mistakesOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

const key = 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9';

describe('loadConfig', () => {
  it('starts from an empty environment', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      dataDir: './data',
      databaseUrl: null,
      redisUrl: null,
      secretKeys: null,
      configFile: null,
      logLevel: 'info',
      trustedProxies: [],
      drainSeconds: 0,
      nodeName: null,
      metrics: null,
      rateLimits: true,
      console: { isOn: true, hasOwnPort: false, host: '127.0.0.1', port: 0, networks: [] },
      maxUnfinishedCodes: 50_000,
      auditKeptDays: null,
      smtp: null,
      smsHook: null,
      outboundAllow: [],
      docs: true,
      demo: true,
      demoPort: 3001,
      warnings: [],
    } satisfies Config);
  });

  const good: [Record<string, string>, Partial<Config>][] = [
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ HOST: '::1' }, { host: '::1' }],
    [{ HOST: 'login.internal' }, { host: 'login.internal' }],
    [{ PORT: '8080' }, { port: 8080, publicUrl: 'http://localhost:8080', demoPort: 8081 }],
    [
      { PORT: '65535', DEMO: 'off' },
      { port: 65_535, demo: false },
    ],
    [{ PUBLIC_URL: 'https://login.example.com' }, { publicUrl: 'https://login.example.com', warnings: [] }],
    [{ PUBLIC_URL: 'https://example.com/login/' }, { publicUrl: 'https://example.com/login' }],
    [{ PUBLIC_URL: 'http://127.0.0.1:3000/' }, { publicUrl: 'http://127.0.0.1:3000', warnings: [] }],
    [{ DOCS: 'off' }, { docs: false }],
    [{ DATA_DIR: '/var/lib/passbeam' }, { dataDir: '/var/lib/passbeam' }],
    [
      { DATABASE_URL: 'postgres://u:p@db.example.com:5432/passbeam?sslmode=verify-full', SECRET_KEY: key },
      {
        databaseUrl: 'postgres://u:p@db.example.com:5432/passbeam?sslmode=verify-full',
        redisUrl: null,
        warnings: [expect.stringContaining('Run one node, or set REDIS_URL')],
      },
    ],
    [
      { DATABASE_URL: 'postgresql:///passbeam?host=/var/run/postgresql', SECRET_KEY: key },
      { databaseUrl: 'postgresql:///passbeam?host=/var/run/postgresql' },
    ],
    [
      {
        DATABASE_URL_FILE: fileWith('database', 'postgresql://db/passbeam\n'),
        SECRET_KEY: key,
        REDIS_URL: 'rediss://:p@redis.example.com',
      },
      { databaseUrl: 'postgresql://db/passbeam', redisUrl: 'rediss://:p@redis.example.com', warnings: [] },
    ],
    [{ SECRET_KEY: key }, { secretKeys: [key] }],
    [{ SECRET_KEY: `${key}2, ${key}` }, { secretKeys: [`${key}2`, key] }],
    [{ SECRET_KEY_FILE: fileWith('key', `${key}\n`) }, { secretKeys: [key] }],
    [{ SECRET_KEY_FILE: fileWith('keys', `${key}2\n${key}\n`) }, { secretKeys: [`${key}2`, key] }],
    [{ PASSBEAM_SECRET_KEY_FILE: fileWith('key', `${key}\n`) }, { secretKeys: [key] }],
    [{ PASSBEAM_PORT: '4000' }, { port: 4000, warnings: [] }],
    [{ PASSBEAM_PORT: '4000', PORT: '5000' }, { port: 4000 }],
    [
      { PASSBEAM_DATABASE_URL: 'postgres://db/passbeam', PASSBEAM_SECRET_KEY: key, PASSBEAM_REDIS_URL: 'redis://r/3' },
      { databaseUrl: 'postgres://db/passbeam', redisUrl: 'redis://r/3' },
    ],
    [{ PASSBEAM_PASSBEAM_CONFIG: 'x.yaml' }, { configFile: null }],
    [{ PASSBEAM_CONFIG: 'pools.yaml' }, { configFile: 'pools.yaml', demo: false }],
    [{ PASSBEAM_CONFIG: 'pools.yaml', DEMO: 'on' }, { demo: true }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [{ TRUSTED_PROXIES: 'none' }, { trustedProxies: [] }],
    [{ DRAIN_SECONDS: '3' }, { drainSeconds: 3 }],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8' }, { trustedProxies: ['10.0.0.0/8', '::1', 'fd00::/8'] }],
    [{ METRICS_PORT: 'off' }, { metrics: null }],
    [{ METRICS_PORT: '9464' }, { metrics: { host: '127.0.0.1', port: 9464 } }],
    [{ METRICS_PORT: '0', METRICS_HOST: '::' }, { metrics: { host: '::', port: 0 } }],
    [{ METRICS_PORT: '3001', DEMO: 'off' }, { metrics: { host: '127.0.0.1', port: 3001 } }],
    [
      { CONSOLE: 'off', CONSOLE_PORT: '3000' },
      { console: { isOn: false, hasOwnPort: false, host: '127.0.0.1', port: 3000, networks: [] } },
    ],
    [{ NODE_NAME: 'passbeam-7c9f:12' }, { nodeName: 'passbeam-7c9f:12' }],
    [
      { SMTP_URL: 'smtp://u:p@mail.example.com:587', MAIL_FROM: 'Example <no-reply@example.com>' },
      { smtp: { url: 'smtp://u:p@mail.example.com:587', from: 'Example <no-reply@example.com>' } },
    ],
    [
      { SMTP_URL_FILE: fileWith('smtp', 'smtps://mail.example.com\n'), MAIL_FROM: 'no-reply@example.com' },
      { smtp: { url: 'smtps://mail.example.com', from: 'no-reply@example.com' } },
    ],
    [
      { SMS_HOOK_URL: 'https://sms.example.com/codes', SMS_HOOK_SECRET: `${key},${key}2` },
      { smsHook: { url: 'https://sms.example.com/codes', secrets: [key, `${key}2`], allowed: [] } },
    ],
    [
      {
        SMS_HOOK_URL: 'http://127.0.0.1:9000/codes',
        SMS_HOOK_SECRET_FILE: fileWith('hook', key),
        SMS_HOOK_ALLOW_LOOPBACK: 'on',
      },
      { smsHook: { url: 'http://127.0.0.1:9000/codes', secrets: [key], allowed: loopbackHosts } },
    ],
    [
      { SMS_HOOK_URL: 'http://sms.internal:8080/codes', SMS_HOOK_SECRET: key, OUTBOUND_ALLOW: 'sms.internal:8080' },
      {
        smsHook: {
          url: 'http://sms.internal:8080/codes',
          secrets: [key],
          allowed: [{ name: 'sms.internal', port: 8080 }],
        },
      },
    ],
    [{ OUTBOUND_ALLOW: 'none' }, { outboundAllow: [] }],
    [
      { OUTBOUND_ALLOW: 'Auth.Internal, sms.internal:8443' },
      {
        outboundAllow: [
          { name: 'auth.internal', port: null },
          { name: 'sms.internal', port: 8443 },
        ],
      },
    ],
    [{ RATE_LIMITS: 'on' }, { rateLimits: true }],
    [{ MAX_UNFINISHED_CODES: '1000' }, { maxUnfinishedCodes: 1_000 }],
    [{ MAX_UNFINISHED_CODES: '10000000' }, { maxUnfinishedCodes: 10_000_000 }],
    [{ AUDIT_KEPT_DAYS: 'forever' }, { auditKeptDays: null }],
    [{ AUDIT_KEPT_DAYS: '30' }, { auditKeptDays: 30 }],
    [{ AUDIT_KEPT_DAYS: '36500' }, { auditKeptDays: 36_500 }],
    [{ DEMO: 'off' }, { demo: false }],
    [{ DEMO_PORT: '9000' }, { demoPort: 9000 }],
    [{ PATH: '/usr/bin', npm_config_loglevel: 'x' }, { warnings: [] }],
  ];
  it.each(good)('takes %j', (env, wanted) => {
    expect(loadConfig(env)).toMatchObject(wanted);
  });

  const bad: [Record<string, string>, string | RegExp][] = [
    [{ HOST: '999.1.1.1' }, 'HOST is "999.1.1.1". Write an IP address or a host name'],
    [{ SMTP_URL: 'smtp://mail.example.com' }, 'SMTP_URL is set, but MAIL_FROM is not. Set both, or neither.'],
    [{ MAIL_FROM: 'a@example.com' }, 'MAIL_FROM is set, but SMTP_URL is not.'],
    [{ SMTP_URL: 'mail.example.com:25', MAIL_FROM: 'a@example.com' }, 'SMTP_URL'],
    [
      { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'a@example.com, b@example.com' },
      'MAIL_FROM is "a@example.com, b',
    ],
    [{ SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'A\nBcc: x <a@example.com>' }, 'MAIL_FROM'],
    [{ SMS_HOOK_URL: 'https://sms.example.com' }, 'SMS_HOOK_URL is set, but SMS_HOOK_SECRET is not.'],
    [{ SMS_HOOK_SECRET: key }, 'SMS_HOOK_SECRET is set, but SMS_HOOK_URL is not.'],
    [{ SMS_HOOK_URL: 'http://sms.example.com', SMS_HOOK_SECRET: key }, 'SMS_HOOK_URL is http: codes would cross'],
    [
      { SMS_HOOK_URL: 'http://sms.internal:81', SMS_HOOK_SECRET: key, OUTBOUND_ALLOW: 'sms.internal:80' },
      'SMS_HOOK_URL is http: codes would cross',
    ],
    [
      { OUTBOUND_ALLOW: 'https://auth.internal' },
      'OUTBOUND_ALLOW is "https://auth.internal". Write none, or host names',
    ],
    [{ OUTBOUND_ALLOW: '10.0.0.0/8,0.0.0.0/0' }, 'OUTBOUND_ALLOW is "10.0.0.0/8,0.0.0.0/0"'],
    [{ SMS_HOOK_URL: 'https://sms.example.com', SMS_HOOK_SECRET: 'short' }, 'SMS_HOOK_SECRET'],
    [{ HOST: 'http://x' }, 'HOST is "http://x"'],
    [{ PORT: '70000' }, 'PORT is 70000. Write a whole number from 0 to 65535.'],
    [{ PORT: '-1' }, 'PORT is "-1"'],
    [{ MAX_UNFINISHED_CODES: '999' }, 'MAX_UNFINISHED_CODES is 999. Write a whole number from 1000 to 10000000.'],
    [{ MAX_UNFINISHED_CODES: '10000001' }, 'MAX_UNFINISHED_CODES is 10000001'],
    [{ MAX_UNFINISHED_CODES: 'off' }, 'MAX_UNFINISHED_CODES is "off"'],
    ...['29', '0', '-1', '036', '1e3', '30.5', '36501', '180d', 'never'].map(
      (days): [Record<string, string>, string] => [
        { AUDIT_KEPT_DAYS: days },
        `AUDIT_KEPT_DAYS is "${days}". Write forever, or a whole number of days from 30 to 36500.`,
      ],
    ),
    [{ PORT: 'NaN' }, 'PORT is "NaN"'],
    [{ PORT: 'Infinity' }, 'PORT is "Infinity"'],
    [{ PORT: '3e3' }, 'PORT is "3e3"'],
    [{ PORT: '80.5' }, 'PORT is "80.5"'],
    [{ PORT: '' }, 'PORT is empty. Remove it, or write a whole number'],
    [{ PUBLIC_URL: 'login.example.com' }, 'PUBLIC_URL is "login.example.com". Write an http or https URL'],
    [{ PUBLIC_URL: 'ftp://example.com' }, 'PUBLIC_URL is'],
    [{ PUBLIC_URL: 'https://example.com/?a=b' }, 'PUBLIC_URL is'],
    [{ PUBLIC_URL: 'https://example.com/#x' }, 'PUBLIC_URL is'],
    [{ PUBLIC_URL: 'https://example.com/a/../b' }, 'PUBLIC_URL is'],
    [{ PUBLIC_URL: 'https://example.com//' }, 'PUBLIC_URL is'],
    [{ DATA_DIR: ' ' }, 'DATA_DIR is empty. Remove it, or write a folder.'],
    [{ DATABASE_URL: 'postgres://localhost/x' }, /^DATABASE_URL is set, but SECRET_KEY is not.*openssl rand/],
    [
      { DATABASE_URL: 'mysql://u:p@h/x', SECRET_KEY: key },
      /^DATABASE_URL .*cannot be used. Write a host and a database/,
    ],
    [{ DATABASE_URL: 'postgres://h', SECRET_KEY: key }, /^DATABASE_URL .*cannot be used/],
    [{ DATABASE_URL: 'postgres:///x', SECRET_KEY: key }, /^DATABASE_URL .*cannot be used/],
    [{ DATABASE_URL: 'postgres://u:p#w@h/x', SECRET_KEY: key }, /^DATABASE_URL .*cannot be used/],
    [{ REDIS_URL: 'redis://localhost' }, 'REDIS_URL is set, but DATABASE_URL is not. Set both, or neither.'],
    [{ REDIS_URL: 'localhost:6379', DATABASE_URL: 'postgres://h/x', SECRET_KEY: key }, /^REDIS_URL .*cannot be used/],
    [{ SECRET_KEY: 'short' }, /^SECRET_KEY \(5 characters\) cannot be used.*openssl rand/],
    [{ SECRET_KEY: 'change-me-change-me-change-me-change-me' }, /^SECRET_KEY /],
    [{ SECRET_KEY: 'a'.repeat(64) }, /^SECRET_KEY /],
    [{ SECRET_KEY: `${key},short` }, /^SECRET_KEY .*each must be as long/],
    [{ SECRET_KEY: `${key},${key}` }, /^SECRET_KEY .*none may come twice/],
    [
      { DATABASE_URL: 'postgres://u:50%@h/x', SECRET_KEY: key },
      /^DATABASE_URL .*a % in user or password is written %25/,
    ],
    [{ DATABASE_URL: 'postgres://u:p@h/x?sslmode=verify_full', SECRET_KEY: key }, /^DATABASE_URL .*sslmode is one/],
    [{ DATABASE_URL: 'postgres://u:p@h/x?port=high', SECRET_KEY: key }, /^DATABASE_URL /],
    ...['redis://u:50%@h', 'redis://u:p@h/1?cluster=true', 'redis://a,b/2'].map(
      (url): [Record<string, string>, RegExp] => [
        { REDIS_URL: url, DATABASE_URL: 'postgres://h/x', SECRET_KEY: key },
        /^REDIS_URL .*written %25/,
      ],
    ),
    [{ SMTP_URL: 'smtp://u:50%@mail.example.com', MAIL_FROM: 'a@example.com' }, /^SMTP_URL .*written %25/],
    [{ SMS_HOOK_URL: 'https://u:p@sms.example.com', SMS_HOOK_SECRET: key }, /^SMS_HOOK_URL .*without user or password/],
    [{ PASSBEAM_PORT: 'high' }, 'PORT is "high"'],
    [{ PASSBEAM_PORT: '' }, 'PASSBEAM_PORT is empty. Remove it'],
    [{ PASSBEAM_SECRET_KEY: key, SECRET_KEY_FILE: '/any' }, 'PASSBEAM_SECRET_KEY and SECRET_KEY_FILE are both set.'],
    [{ SECRET_KEY_FILE: '/no/such/file' }, 'SECRET_KEY_FILE names "/no/such/file", which cannot be read (ENOENT)'],
    [{ SECRET_KEY_FILE: fileWith('empty', '\n') }, /^SECRET_KEY_FILE names .*which is empty/],
    [{ SECRET_KEY_FILE: fileWith('weak', 'short\n') }, /^SECRET_KEY \(5 characters\)/],
    [{ SECRET_KEY: key, SECRET_KEY_FILE: '/any' }, 'SECRET_KEY and SECRET_KEY_FILE are both set. Keep one of them.'],
    [{ DATABASE_URL_FILE: fileWith('url', 'postgres://localhost/x') }, /^DATABASE_URL /],
    [{ PASSBEAM_CONFIG: '' }, 'PASSBEAM_CONFIG is empty. Remove it, or write the path of a file.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud". Write trace, debug, info, warn, error, fatal or silent.'],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES is "10.0.0.0/33". Write none, or IP addresses'],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES is'],
    [{ TRUSTED_PROXIES: '1' }, 'TRUSTED_PROXIES is'],
    [{ TRUSTED_PROXIES: 'true' }, 'TRUSTED_PROXIES is'],
    [{ METRICS_PORT: 'on' }, 'METRICS_PORT is "on". Write off, or a whole number from 0 to 65535.'],
    [{ METRICS_PORT: '65536' }, 'METRICS_PORT is "65536". Write off, or a whole number'],
    [{ METRICS_PORT: '3000' }, 'METRICS_PORT is 3000, the same as PORT. Write another port.'],
    [{ METRICS_PORT: '3001' }, 'METRICS_PORT is 3001, the same as DEMO_PORT. Write another port.'],
    [{ CONSOLE_PORT: '3000' }, 'CONSOLE_PORT is 3000, the same as PORT. Write another port.'],
    [{ CONSOLE_PORT: '3001' }, 'CONSOLE_PORT is 3001, the same as DEMO_PORT. Write another port.'],
    [
      { CONSOLE_PORT: '9464', METRICS_PORT: '9464' },
      'METRICS_PORT is 9464, the same as CONSOLE_PORT. Write another port.',
    ],
    [{ METRICS_PORT: '9464', METRICS_HOST: 'http://x' }, 'METRICS_HOST is "http://x". Write an IP address'],
    [{ NODE_NAME: 'a b' }, 'NODE_NAME is "a b". Write up to 64 letters'],
    [{ RATE_LIMITS: 'no' }, 'RATE_LIMITS is "no". Write on or off.'],
    [{ DEMO: 'true' }, 'DEMO is "true". Write on or off.'],
    [{ DEMO_PORT: 'auto' }, 'DEMO_PORT is "auto"'],
    [{ PORT: '4000', DEMO_PORT: '4000' }, 'DEMO_PORT is 4000, the same as PORT. Write another port.'],
    [{ PORT: '65535' }, 'DEMO_PORT would be PORT + 1, above 65535'],
  ];
  it.each(bad)('refuses %j', (env, sentence) => {
    const mistakes = mistakesOf(env);
    expect(mistakes).toHaveLength(1);
    if (typeof sentence === 'string') expect(mistakes[0]).toContain(sentence);
    else expect(mistakes[0]).toMatch(sentence);
  });

  it('reports every mistake together, more than the schema library would', () => {
    const wrong = Object.fromEntries(Object.keys(Environment.properties).map((name) => [name, '\u0000 ?']));
    const mistakes = mistakesOf({ ...wrong, DATA_DIR: '', PASSBEAM_CONFIG: '' });
    for (const name of Object.keys(Environment.properties)) {
      expect(mistakes.filter((line) => line.startsWith(`${name} `)).length, name).toBe(1);
    }
  });

  it('never repeats a secret', () => {
    const secret = 'hunter2-hunter2';
    const mistakes = mistakesOf({ SECRET_KEY: secret, DATABASE_URL: `postgres://u:${secret}@h`, REDIS_URL: secret });
    expect(mistakes).toHaveLength(3);
    expect(mistakes.join('\n')).not.toContain('hunter2');
  });

  it('warns without stopping', () => {
    const { warnings } = loadConfig({
      PUBLIC_URL: 'http://login.example.com',
      RATE_LIMITS: 'off',
      PASSBEAM_CONFG: 'x',
      PASSBEAM_PROT: '1',
    });
    expect(warnings).toEqual([
      'PASSBEAM_CONFG is not a known variable and does nothing. Did you mean PASSBEAM_CONFIG?',
      'PASSBEAM_PROT is not a known variable and does nothing. Did you mean PORT?',
      expect.stringContaining('without https'),
      expect.stringContaining('RATE_LIMITS is off'),
    ]);
  });
});

describe('variables that somebody misspelt', () => {
  it.each([
    ['PUBLICURL', 'Did you mean PUBLIC_URL?'],
    ['public_url', 'Did you mean PUBLIC_URL?'],
    ['PUBLIC_URI', 'Did you mean PUBLIC_URL?'],
    ['DATABASEURL_FILE', 'Did you mean DATABASE_URL?'],
    ['SECRETKEY', 'Did you mean SECRET_KEY?'],
    ['TRUSTED_PROXY', 'Did you mean TRUSTED_PROXIES?'],
    ['PASSBEAM_LOGLEVEL', 'Did you mean LOG_LEVEL?'],
    ['PUBLIC_URL_FILE', 'only secrets are read from files. Write PUBLIC_URL itself.'],
  ])('%s is named', (name, advice) => {
    expect(loadConfig({ [name]: 'x' }).warnings).toEqual([expect.stringContaining(advice)]);
  });

  it.each(['HOSTNAME', 'PORTS', 'HOST_NAME', 'NODE_ENV', 'DEMOS', 'LOGNAME', 'SMTP_HOST', 'REDIS_PASSWORD'])(
    '%s belongs to somebody else',
    (name) => {
      expect(loadConfig({ [name]: 'x' }).warnings).toEqual([]);
    },
  );
});

describe('the variables that Kubernetes sets for services', () => {
  const links = {
    METRICS_PORT: 'tcp://10.96.12.7:9090',
    METRICS_SERVICE_HOST: '10.96.12.7',
    PASSBEAM_SERVICE_HOST: '10.96.0.9',
    PASSBEAM_SERVICE_PORT_HTTP: '80',
    PASSBEAM_PORT: 'tcp://10.96.0.9:80',
    PASSBEAM_PORT_80_TCP_ADDR: '10.96.0.9',
    DEMO_PORT: 'tcp://[fd00::7]:80',
  };

  it('never stop a start, and are named once each', () => {
    const { port, metrics, demoPort, warnings } = loadConfig({ ...links, PORT: '8080' });
    expect({ port, metrics, demoPort }).toEqual({ port: 8080, metrics: null, demoPort: 8081 });
    expect(warnings).toHaveLength(3);
    for (const warning of warnings) expect(warning).toContain('enableServiceLinks: false');
  });

  it('are told apart from a mistake', () => {
    expect(mistakesOf({ METRICS_PORT: 'tcp:9090' })).toEqual([expect.stringContaining('METRICS_PORT is "tcp:9090"')]);
  });
});

describe('settlePorts', () => {
  it('gives every port 0 a number, and the URL with it', async () => {
    const config = await settlePorts(loadConfig({ PORT: '0' }));
    expect(config.port).toBeGreaterThan(0);
    expect(config.demoPort).toBeGreaterThan(0);
    expect(config.publicUrl).toBe(`http://localhost:${config.port}`);
  });

  it('leaves what was given alone', async () => {
    const config = loadConfig({ PORT: '3000', PUBLIC_URL: 'https://login.example.com' });
    expect(await settlePorts(config)).toEqual(config);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');

  it.each(Object.entries(Environment.properties))('shows %s with its default', (name, schema) => {
    const value = 'default' in schema ? String(schema.default) : '.*';
    expect(example).toMatch(new RegExp(`^#${name}=${value.replaceAll('.', '\\.').replace('\\.*', '.*')}$`, 'm'));
  });

  it('shows nothing that is not read', () => {
    // OTEL_… are read by the OpenTelemetry SDK.
    const shown = [...example.matchAll(/^#?(?!OTEL_)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(shown.sort()).toEqual(Object.keys(Environment.properties).sort());
  });
});
