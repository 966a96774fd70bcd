import type { SiteState } from '../app.ts';

/** What went wrong, as the backend names it; `offline` when it did not answer. */
export type FailureCode =
  | 'code_of_another_browser'
  | 'ticket_refused'
  | 'wrong_origin'
  | 'bad_request'
  | 'login_failed'
  | 'offline';

export class BackendFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode) {
    super(code);
    this.code = code;
  }
}

/** Calls the page's own backend. The login session is in a cookie that no script can read. */
export const backend = {
  getState: () => request<SiteState>('GET', '/session'),
  logIn: (login: { ticket: string; pollSecret?: string }) => request<SiteState>('POST', '/login', login),
  logOut: () => request<void>('POST', '/logout', {}),
};

async function request<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new BackendFailure('offline');
  }
  if (response.status === 204) return undefined as T;
  const answer = await response.json().catch(() => ({ error: 'login_failed' }));
  if (!response.ok) throw new BackendFailure(answer.error);
  return answer;
}
