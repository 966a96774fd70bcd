import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { droppedLine, loggerOptions, scrub } from './logging.ts';

function logged(write: (log: pino.Logger) => void, level: 'info' | 'warn' = 'info'): string[] {
  const lines: string[] = [];
  write(pino(loggerOptions(level), { write: (line: string) => lines.push(line) }));
  return lines;
}

const marker = 'MARKER-MARKER';
const ticket = randomBytes(32).toString('base64url');
const qrcodeId = 'Zx3k9Qw7Lm2Np5Rt8Vy1Bc4Df6Gh0JsA';
const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ`;

describe('loggerOptions', () => {
  it('writes one JSON line with a readable level and time', () => {
    const [line = ''] = logged((log) => log.info({ port: 3000 }, 'listening'));
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      port: 3000,
      msg: 'listening',
    });
  });

  it('names the node on every line', () => {
    const lines: string[] = [];
    const log = pino(loggerOptions('info', 'node-1'), { write: (line: string) => lines.push(line) });
    log.info('one');
    log.child({ part: 'x' }).error('two');
    expect(lines.map((line) => JSON.parse(line).node)).toEqual(['node-1', 'node-1']);
  });

  it('tells of dropped lines in a line of the same form', () => {
    expect(JSON.parse(droppedLine(7, 'node-1'))).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      node: 'node-1',
      count: 7,
      msg: expect.stringContaining('log lines were dropped'),
    });
  });

  it('writes nothing below the level', () => {
    expect(logged((log) => log.info('x'), 'warn')).toEqual([]);
  });

  it('keeps a caller from starting a line of their own', () => {
    const lines = logged((log) => log.info({ userAgent: 'x\n{"level":"error","msg":"forged"}\r\u2028' }, 'a\nb'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r]/);
  });

  const hidden: [string, unknown][] = [
    ['a header', { headers: { Authorization: marker } }],
    ['a header list', { headers: { 'set-cookie': [marker, marker] } }],
    ['a snake-case field', { body: { client_secret: marker, refresh_token: marker } }],
    ['a camel-case field', { body: { clientSecret: marker, refreshToken: marker, newPassword: marker } }],
    ['a deep field', { a: { b: [{ c: { passwordPayload: { password: marker } } }] } }],
    ['a value with quotes', { ticket: `a"${marker}\\"${marker}` }],
    ['an environment variable', { env: { SECRET_KEY: marker } }],
    ['a body logged as text', { body: JSON.stringify({ password: `${marker}"\\${marker}`, x: 1 }) }],
    ['a form logged as text', { body: `grant_type=password&password=${marker}` }],
    ['a URL', { url: `/api/v3/get-qrcode-status?qrcodeId=${marker}&x=1` }],
    ['the payload of a code', { text: `scan https://host/q?random=${marker}#x` }],
    ['an access token in a URL', { url: `/x?a=1&access_token=${marker}` }],
    ['an authorization code', { url: `/cb?code=${marker}` }],
    ['a password in a URL', { url: `postgres://user:${marker}@host/db` }],
  ];
  it.each(hidden)('removes %s', (_, fields) => {
    const [line = ''] = logged((log) => log.info(fields, 'x'));
    expect(line).not.toContain('MARKER');
    expect(line).toContain('[removed]');
    JSON.parse(line);
  });

  const shapes: [string, string][] = [
    ['a JWT', jwt],
    ['a ticket', ticket],
    ['an image URL', `https://host/qr/${qrcodeId}.png`],
    ['a password hash', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g'],
  ];
  it.each(shapes)('removes %s by its shape: in a field, a message, an error and its cause', (_, text) => {
    const secret = text.match(/[\w$=,.-]{32,}/)?.[0].replace('.png', '') ?? '';
    const lines = logged((log) => {
      log.info({ some: text }, 'x');
      log.info(`saw ${text} here`);
      log.child({ seen: text }).info('x');
      log.error(new Error(`failed for ${text}`, { cause: new Error(text) }));
    });
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).not.toContain(secret);
      JSON.parse(line);
    }
  });

  it('leaves what is no secret readable', () => {
    const fields = {
      url: '/api/v3/get-qrcode-status?x=1',
      requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
      appId: '6543210fedcba9876543210f',
      codeHash: 'q1w2e3r4t5y6',
      statusCode: 200,
      tokenEndpointAuthMethod: 'none',
    };
    const [line = ''] = logged((log) => log.info(fields, 'basic authentication was refused'));
    expect(JSON.parse(line)).toMatchObject({ ...fields, msg: 'basic authentication was refused' });
  });
});

describe('scrub', () => {
  it('keeps every line valid JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        for (const value of [JSON.parse(json), text, { password: text, list: [text], body: json }]) {
          JSON.parse(scrub(JSON.stringify({ value, token: json })));
        }
      }),
    );
  });

  it('removes a secret field whatever its text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(JSON.parse(scrub(JSON.stringify({ password: text, after: 1 })))).toEqual({
          password: '[removed]',
          after: 1,
        });
        const body = JSON.stringify({ password: text, after: 1 });
        expect(JSON.parse(JSON.parse(scrub(JSON.stringify({ body }))).body)).toEqual({
          password: '[removed]',
          after: 1,
        });
      }),
    );
  });

  it('takes time in proportion to the length of the line', () => {
    const time = (line: string) => {
      const start = process.hrtime.bigint();
      scrub(line);
      return Number(process.hrtime.bigint() - start) / 1e6;
    };
    for (const unit of [
      '"password":"\\',
      `${'a'.repeat(42)} `,
      '\\"ticket\\":\\"',
      'eyJaaaaaaaaa.',
      '://:',
      '-----BEGIN PRIVATE KEY-----',
      '$argon2id$',
    ]) {
      expect(time(unit.repeat(20_000)), unit).toBeLessThan(2000);
    }
  });
});
