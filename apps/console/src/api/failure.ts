import { texts } from '../language/define.ts';
import { currentLanguage } from '../language/language.tsx';
import { wordsOf } from '../language/texts.ts';

const words = texts({
  offline: ['The server cannot be reached. Check your connection.', '无法连接服务器，请检查网络。'],
  slow: ['The server did not answer within 15 seconds.', '服务器在 15 秒内没有响应。'],
  strange: ['The server gave an answer that this page does not understand.', '服务器返回了此页面无法理解的内容。'],
});

/** Why a call failed, in the words of the server where it gave any. */
export class Failure extends Error {
  readonly statusCode: number;
  /** The name of the refusal, as in the list of errors; or `offline`, `slow`, `strange`. */
  readonly refusal: string;
  readonly apiCode: number | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly details: unknown;

  constructor(
    message: string,
    facts: {
      statusCode: number;
      refusal: string;
      apiCode?: number | null;
      requestId?: string | null;
      retryAfterSeconds?: number | null;
      details?: unknown;
    },
  ) {
    super(message);
    this.statusCode = facts.statusCode;
    this.refusal = facts.refusal;
    this.apiCode = facts.apiCode ?? null;
    this.requestId = facts.requestId ?? null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    this.details = facts.details;
  }

  /** Whether the same call may work in a moment. */
  get isPassing(): boolean {
    return this.statusCode === 0 || this.statusCode === 503 || this.statusCode === 429;
  }
}

export const localFailure = (refusal: 'offline' | 'slow' | 'strange') =>
  new Failure(wordsOf(words, currentLanguage())[refusal], { statusCode: 0, refusal });

/** The name of a field at the beginning of a refusal's reason: `… is not valid: qrcodeExpiresIn must be …`. */
export function fieldOf(failure: Failure): string | null {
  return /[:：]\s*([A-Za-z][\w.[\]]*)/.exec(failure.message)?.[1] ?? null;
}

/** The reason without what goes before it. */
export function reasonOf(failure: Failure): string {
  const field = fieldOf(failure);
  if (field === null) return failure.message;
  return (
    failure.message.slice(failure.message.indexOf(field) + field.length).replace(/^[\s:：]+/, '') || failure.message
  );
}
