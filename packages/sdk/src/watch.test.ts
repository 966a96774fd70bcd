import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthenticationClient } from './index.ts';
import { getQrCodeStatus, watchQrCodeStatus } from './qr.ts';

type Step = Response | Error | 'hang';

/** A fetch that gives these answers in order; the last one repeats. */
function scripted(...steps: (() => Step)[]) {
  const asked: { url: URL; headers: Record<string, string>; at: number; signal: AbortSignal }[] = [];
  const answer = (async (url: string, init: RequestInit) => {
    const signal = init.signal as AbortSignal;
    asked.push({ url: new URL(url), headers: init.headers as Record<string, string>, at: performance.now(), signal });
    const step = (steps.length > 1 ? steps.shift() : steps[0])?.();
    if (step === 'hang')
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    if (step instanceof Error) throw step;
    return step;
  }) as typeof fetch;
  const paths = () =>
    asked.map(({ url: { pathname, searchParams } }) =>
      pathname.includes('watch') ? 'stream' : searchParams.has('waitSeconds') ? 'wait' : 'poll',
    );
  return { asked, paths, options: { host: 'https://login.example.test', appId: 'app', fetch: answer } };
}

const poll = (status: string) => () =>
  Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data: { status } });
const refusal = (statusCode: number, apiCode?: number) => () =>
  Response.json({ statusCode, apiCode, message: 'no', requestId: 'r' }, { status: statusCode === 429 ? 429 : 200 });
const away = () => new TypeError('fetch failed');

/** A stream that sends `pieces` and then ends; it stays open when the last is 'open'. */
const stream =
  (...pieces: string[]) =>
  () => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) if (piece !== 'open') controller.enqueue(new TextEncoder().encode(piece));
        if (pieces.at(-1) !== 'open') controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  };
const event = (status: string) => `id: ${status}\nevent: status\ndata: ${JSON.stringify({ status })}\n\n`;

/** The statuses that a loop over the watch received, and the error that ended it, if any. */
async function follow(watch: AsyncIterable<{ status: string }>): Promise<{ told: string[]; error?: unknown }> {
  const told: string[] = [];
  try {
    for await (const { status } of watch) told.push(status);
  } catch (error) {
    return { told, error };
  }
  return { told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function followed(options: Parameters<typeof watchQrCodeStatus>[0]) {
  const result = follow(watchQrCodeStatus(options, 'q'));
  await vi.runAllTimersAsync();
  return result;
}

describe('watchQrCodeStatus', () => {
  it('yields each status of the stream once, and ends after the last', async () => {
    const text = `retry: 1000\n\n${event('PENDING')}:\n\n${event('SCANNED')}${event('AUTHORIZED')}`;
    // The pieces do not end where the events do.
    const { asked, options } = scripted(stream(text.slice(0, 40), text.slice(40, 90), text.slice(90), 'open'));
    expect(await followed(options)).toEqual({ told: ['PENDING', 'SCANNED', 'AUTHORIZED'] });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.accept).toBe('text/event-stream');
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('opens a broken stream again, and repeats no status', async () => {
    const { paths, options } = scripted(stream(event('PENDING')), stream(event('PENDING'), event('CANCELLED')));
    expect(await followed(options)).toEqual({ told: ['PENDING', 'CANCELLED'] });
    expect(paths()).toEqual(['stream', 'stream']);
  });

  it.each([
    ['is refused', refusal(429)],
    ['is no stream', () => new Response('<html>')],
    ['cannot be reached', away],
    ['is held back', () => 'hang' as const],
    ['ends without a word', stream()],
  ])('waits for changes by polls where the stream %s', async (_name, step) => {
    const { asked, paths, options } = scripted(step, poll('PENDING'), poll('SCANNED'), poll('AUTHORIZED'));
    expect(await followed(options)).toEqual({ told: ['PENDING', 'SCANNED', 'AUTHORIZED'] });
    expect(paths()).toEqual(['stream', 'wait', 'wait', 'wait']);
    expect(asked.map(({ url }) => url.searchParams.get('since'))).toEqual([null, null, 'PENDING', 'SCANNED']);
  });

  it('waits for changes by polls where streams break again and again', async () => {
    const { paths, options } = scripted(stream(event('PENDING')), stream(event('PENDING')), poll('EXPIRED'));
    expect(await followed(options)).toEqual({ told: ['PENDING', 'EXPIRED'] });
    expect(paths()).toEqual(['stream', 'stream', 'wait']);
  });

  it.each([
    ['are refused', [refusal(429)]],
    ['are answered at once', [poll('PENDING'), poll('PENDING')]],
  ])('polls each second where polls that wait %s', async (_name, steps) => {
    const { asked, paths, options } = scripted(
      refusal(429),
      ...steps,
      poll('PENDING'),
      poll('PENDING'),
      poll('EXPIRED'),
    );
    expect((await followed(options)).told).toEqual(['PENDING', 'EXPIRED']);
    expect(paths().slice(-3)).toEqual(['poll', 'poll', 'poll']);
    const [first = 0, second = 0] = asked.slice(-2).map(({ at }) => at);
    expect(second - first).toBe(1000);
  });

  it('survives a server that does not answer for a while, and gives up in the end', async () => {
    const { asked, options } = scripted(away);
    const { told, error } = await followed(options);
    expect(told).toEqual([]);
    expect(error).toMatchObject({ code: 'network_error' });
    expect(asked).toHaveLength(8);
    const back = scripted(away, away, away, away, poll('CANCELLED'));
    expect(await followed(back.options)).toEqual({ told: ['CANCELLED'] });
  });

  it('passes a refusal on', async () => {
    const { options } = scripted(refusal(404, 2241));
    expect((await followed(options)).error).toMatchObject({ code: 'qr_not_found' });
  });

  it('closes the connection when the reader leaves the loop, and when the signal aborts', async () => {
    const { asked, options } = scripted(stream(event('PENDING'), 'open'));
    for await (const _ of watchQrCodeStatus(options, 'q')) break;
    const controller = new AbortController();
    const client = new AuthenticationClient({ ...options, appSecret: 'secret' });
    const watch = follow(client.watchQrCodeStatus({ qrcodeId: 'q', pollSecret: 'hush', signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('enough'));
    // This scripted fetch never ends its body by itself.
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(asked[1]?.headers['x-qr-poll-secret']).toBe('hush');
    void watch;
  });
});

describe('getQrCodeStatus with waitSeconds', () => {
  it('sends the status last seen and how long to wait, and extends the timeout by that', async () => {
    const { asked, options } = scripted(() => 'hang');
    const answer = getQrCodeStatus({ ...options, timeoutMs: 5_000 }, 'q', { since: 'PENDING', waitSeconds: 20 });
    const refused = expect(answer).rejects.toMatchObject({ code: 'timeout', timeoutMs: 25_000 });
    await vi.advanceTimersByTimeAsync(24_999);
    expect(asked[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect(asked[0]?.url.search).toBe('?qrcodeId=q&since=PENDING&waitSeconds=20');
  });
});
