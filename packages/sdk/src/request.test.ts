import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NetworkError, PassbeamError, TimeoutError } from './errors.ts';
import { callBare, callV3, connect } from './request.ts';

const call = { method: 'GET', path: '/api/v3/thing' } as const;

function connectionTo(answer: typeof fetch) {
  return connect({ host: 'https://login.example.test', appId: 'app', timeoutMs: 50, fetch: answer });
}

const answering = (body: BodyInit | null, init?: ResponseInit) => connectionTo(async () => new Response(body, init));

async function failure(work: Promise<unknown>): Promise<PassbeamError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PassbeamError);
  return error as PassbeamError;
}

describe('a refusal', () => {
  it('carries the numbers, the request id and the server’s words', async () => {
    const body = { statusCode: 404, apiCode: 2241, message: 'The QR code does not exist', requestId: 'r-1' };
    const error = await failure(callV3(answering(JSON.stringify(body)), call));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ ...body, code: 'qr_not_found', retryAfterSeconds: null });
  });

  it('carries the data that the next step needs', async () => {
    const data = { passwordResetToken: 't-1' };
    const body = JSON.stringify({ statusCode: 302, apiCode: 1639, message: 'A new password is due', data });
    const error = await failure(callV3(answering(body), call));
    expect(error).toMatchObject({ code: 'password_reset_required', data });
  });

  it('for too many requests says how long to wait, in seconds', async () => {
    const body = JSON.stringify({ statusCode: 429, message: 'Too many requests', requestId: 'r-2' });
    const error = await failure(callV3(answering(body, { status: 429, headers: { 'retry-after': '7' } }), call));
    expect(error).toMatchObject({ code: 'too_many_requests', apiCode: null, retryAfterSeconds: 7, isTransient: true });
  });

  it('of an OAuth endpoint keeps the RFC’s name', async () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: 'The refresh token was used before' });
    const error = await failure(callBare(answering(body, { status: 400 }), call));
    expect(error).toMatchObject({
      code: 'invalid_grant',
      statusCode: 400,
      message: 'The refresh token was used before',
    });
  });

  it('in an envelope is recognised on endpoints that have none, whatever the HTTP status', async () => {
    const body = JSON.stringify({ statusCode: 503, message: 'A store is not reachable', requestId: 'r-3' });
    for (const status of [200, 503]) {
      expect(await failure(callBare(answering(body, { status }), call))).toMatchObject({ code: 'unavailable' });
    }
  });
});

describe('an answer that is not ours', () => {
  it.each<[string, BodyInit | null, ResponseInit]>([
    ['a page', '<html>', { status: 200 }],
    ['a page with 404', '<html>', { status: 404 }],
    ['a redirect', null, { status: 302, headers: { location: 'https://elsewhere.example.test/' } }],
    ['JSON without an envelope', '{"ok":true}', { status: 200 }],
    ['JSON that is no object', 'null', { status: 200 }],
    ['an envelope whose data is missing', '{"statusCode":200,"message":"ok"}', { status: 200 }],
    ['nothing', '', { status: 200 }],
  ])('is invalid_response: %s', async (_, body, init) => {
    expect(await failure(callV3(answering(body, init), call))).toMatchObject({ code: 'invalid_response' });
  });

  it('gives the error unavailable when it comes from a gateway', async () => {
    const error = await failure(callV3(answering('<html>Bad gateway', { status: 502 }), call));
    expect(error).toMatchObject({ code: 'unavailable', isTransient: true });
  });
});

it('asks fetch not to follow redirects, which would carry secrets to another host', async () => {
  let redirect: string | undefined;
  const connection = connectionTo(async (_, init) => {
    redirect = init?.redirect;
    return Response.json({ statusCode: 200, data: {} });
  });
  await callV3(connection, call);
  expect(redirect).toBe('manual');
});

describe('no answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is a NetworkError with the runtime’s error as its cause', async () => {
    const cause = new TypeError('fetch failed');
    const error = await failure(
      callV3(
        connectionTo(() => Promise.reject(cause)),
        call,
      ),
    );
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.cause).toBe(cause);
  });

  it('is a TimeoutError after timeoutMs, even from a fetch that ignores its signal', async () => {
    const failed = failure(
      callV3(
        connectionTo(() => new Promise(() => {})),
        call,
      ),
    );
    await vi.advanceTimersByTimeAsync(50);
    const error = await failed;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'timeout', timeoutMs: 50 });
  });

  it('is a TimeoutError when the body stalls', async () => {
    const stalled = connectionTo(async () => new Response(new ReadableStream()));
    const failed = failure(callV3(stalled, call));
    await vi.advanceTimersByTimeAsync(50);
    expect(await failed).toBeInstanceOf(TimeoutError);
  });

  it('leaves no timer behind when the answer came', async () => {
    await callV3(answering('{"statusCode":200,"data":{}}'), call);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a signal', () => {
  it('that fires rejects the call with its reason, and aborts the request', async () => {
    const controller = new AbortController();
    let requestSignal: AbortSignal | null | undefined;
    const connection = connectionTo((_, init) => {
      requestSignal = init?.signal;
      return new Promise(() => {});
    });
    const work = callV3(connection, { ...call, signal: controller.signal });
    controller.abort('page left');
    await expect(work).rejects.toBe('page left');
    expect(requestSignal?.aborted).toBe(true);
  });

  it('that fired before the call lets nothing be sent', async () => {
    const send = vi.fn();
    const work = callV3(connectionTo(send), { ...call, signal: AbortSignal.abort('too late') });
    await expect(work).rejects.toBe('too late');
    expect(send).not.toHaveBeenCalled();
  });
});
