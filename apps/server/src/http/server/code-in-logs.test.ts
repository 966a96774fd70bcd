import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type LogLevel, logLevels } from '../../config/environment.ts';
import { loggerOptions } from '../../process/logging.ts';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';

let passbeam: TestPassbeam;
afterEach(() => passbeam.close());

interface Line {
  level: LogLevel;
  msg: string;
  node?: string;
  requestId?: string;
  code?: string;
  route?: string;
}

async function openLogging(level: LogLevel): Promise<{ text: string[]; lines(): Line[] }> {
  const text: string[] = [];
  const log = pino(loggerOptions(level, 'node-1'), { write: (line: string) => text.push(line) });
  passbeam = await openTestPassbeam({}, { log });
  return { text, lines: () => text.map((line) => JSON.parse(line)) };
}

async function wholeLogin() {
  const token = await passbeam.signIn();
  const created = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
  const { qrcodeId, url } = created.body.data;
  await passbeam.app.inject(new URL(url).pathname);
  for (const action of ['SCAN', 'CONFIRM']) {
    await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
  }
  const polled = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
  const { ticket } = polled.body.data;
  const { id, secret } = passbeam.site;
  const exchanged = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
    body: { ticket, client_id: id, client_secret: secret },
  });
  expect(exchanged.body.statusCode).toBe(200);
  return { qrcodeId: qrcodeId as string, ticket: ticket as string };
}

describe('the lines of one code', () => {
  it('are joined with each other and with the audit log, without the code itself', async () => {
    const log = await openLogging('debug');
    const { qrcodeId, ticket } = await wholeLogin();
    const codeHash = passbeam.secrets.hash(qrcodeId);
    const events = await passbeam.stores.audit.list({ codeHash, limit: 10 });
    const ofCode = log.lines().filter(({ code }) => code !== undefined);

    expect(ofCode.map(({ route }) => route)).toEqual([
      '/api/v3/gene-qrcode',
      '/qr/:file',
      '/api/v3/set-qrcode-status',
      '/api/v3/set-qrcode-status',
      '/api/v3/get-qrcode-status',
      '/api/v3/exchange-tokenset-with-qrcode-ticket',
    ]);
    expect(new Set(ofCode.map(({ code }) => code))).toEqual(new Set([codeHash.slice(0, 16)]));
    const requestIds = ofCode.map(({ requestId }) => requestId);
    expect(events).toHaveLength(5);
    for (const event of events) expect(requestIds).toContain(event.requestId);
    for (const { node } of log.lines()) expect(node).toBe('node-1');
    for (const hidden of [qrcodeId, ticket, codeHash]) expect(log.text.join('')).not.toContain(hidden);
  });

  it('are joined in the second generation too', async () => {
    const log = await openLogging('debug');
    const v2 = async (method: 'GET' | 'POST', path: string, payload: Record<string, string>) => {
      const options = method === 'GET' ? { query: payload } : { body: payload };
      return (await passbeam.v3(method, `/api/v2/qrcode/${path}`, options)).body;
    };
    const { random } = (await v2('POST', 'gene', { scene: 'APP_AUTH' })).data;
    await v2('GET', 'check', { random });
    const code = passbeam.secrets.hash(random).slice(0, 16);
    expect(log.lines().map((line) => [line.route, line.code])).toEqual([
      ['/api/v2/qrcode/gene', code],
      ['/api/v2/qrcode/check', code],
    ]);
  });

  it('include what went wrong', async () => {
    const log = await openLogging('error');
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = body.data;
    await passbeam.stores.close();
    const failed = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
    expect(failed.body.statusCode).toBeGreaterThanOrEqual(500);
    expect(log.lines()).toMatchObject([
      { level: 'error', code: passbeam.secrets.hash(qrcodeId).slice(0, 16), requestId: failed.body.requestId },
    ]);
  });
});

it.each(logLevels.slice(2))('a poll writes no line at level %s', async (level) => {
  const log = await openLogging(level);
  const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
  const before = log.text.length;
  await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: body.data.qrcodeId } });
  expect(log.text).toHaveLength(before);
});
