import { consoleActHeader, consoleHeader } from '@passbeam/protocol/headers';
import { currentLanguage } from '../language/language.tsx';
import { type Door, waitAt } from './doors.ts';
import { Failure, localFailure } from './failure.ts';
import { takeHumanAct } from './human.ts';
import { base } from './place.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  /** The user pool that a management call is about. */
  pool?: string;
  body?: object;
  query?: Query;
  signal?: AbortSignal;
}

const patience = 15_000;

/** Calls on the way in: a dialog over them would ask for what they are about. */
const onTheWayIn = new Set(
  ['me', 'read-link', 'set-up', 'accept', 'sign-in', 'second-factor', 'scan', 'scan-status', 'fresh-proof'].map(
    (name) => `/console/api/${name}`,
  ),
);

/** The dialog that a refusal asks for. */
function doorOf({ statusCode, apiCode }: Failure): Door | null {
  if (statusCode !== 401) return null;
  return apiCode === 1350 ? 'proof' : 'signIn';
}

/** The one way to the server. A call that meets a door waits there and is made once more. @throws Failure */
export const call = <Result>(path: string, options: CallOptions = {}): Promise<Result> =>
  throughDoors(path, options, () => send<Result>(path, options));

/** A call whose reply is read while it comes; it may take as long as it likes. @throws Failure */
export const callForStream = (path: string, options: CallOptions): Promise<Response> =>
  throughDoors(path, options, async () => {
    const reply = await request(path, options, null);
    if (reply.headers.get('content-type')?.startsWith('application/json')) throw await failureOf(reply);
    return reply;
  });

async function throughDoors<Result>(path: string, options: CallOptions, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (failure) {
    const door = failure instanceof Failure && !onTheWayIn.has(path) ? doorOf(failure) : null;
    if (door === null || options.signal?.aborted || !(await waitAt(door))) throw failure;
    return make();
  }
}

/** @throws Failure */
async function send<Result>(path: string, options: CallOptions): Promise<Result> {
  const reply = await request(path, options);
  if (!reply.ok) throw await failureOf(reply);
  const envelope = await reply.json().catch(() => null);
  if (envelope?.statusCode === 200) return envelope.data;
  throw failureIn(envelope, reply);
}

const failureOf = async (reply: Response) => failureIn(await reply.json().catch(() => null), reply);

function failureIn(envelope: Envelope | null, reply: Response): Failure {
  if (envelope === null || typeof envelope !== 'object') return localFailure('strange');
  const { statusCode = reply.status, message = reply.statusText, refusal = '', apiCode, requestId, data } = envelope;
  const retryAfter = Number(reply.headers.get('retry-after'));
  return new Failure(message, {
    statusCode,
    refusal,
    apiCode,
    requestId,
    retryAfterSeconds: retryAfter > 0 ? retryAfter : null,
    details: data,
  });
}

interface Envelope {
  statusCode?: number;
  message?: string;
  refusal?: string;
  apiCode?: number;
  requestId?: string;
  data?: unknown;
}

/** @throws Failure when there is no answer */
async function request(
  path: string,
  { pool, body, query, signal }: CallOptions,
  wait: number | null = patience,
): Promise<Response> {
  const timeout = wait === null ? new AbortController().signal : AbortSignal.timeout(wait);
  const search = new URLSearchParams(
    Object.entries(query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
  const headers: Record<string, string> = {
    'x-genauth-lang': currentLanguage() === 'zh' ? 'zh-CN' : 'en-US',
    [consoleHeader]: '1',
  };
  if (takeHumanAct()) headers[consoleActHeader] = '1';
  if (pool !== undefined) headers['x-genauth-userpool-id'] = pool;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(`${base}${path}${search === '' ? '' : `?${search}`}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw localFailure(timeout.aborted ? 'slow' : 'offline');
  }
}

/** A call of the console's own, about whoever is signed in. */
export const own = <Result>(name: string, body: object = {}, signal?: AbortSignal) =>
  call<Result>(`/console/api/${name}`, { body, signal });
