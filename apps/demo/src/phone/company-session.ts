import { ApiError } from '@passbeam/sdk';
import { companyApp, companyPath, employee } from '../company/names.ts';
import type { PhoneSession } from './session.ts';

const storageKey = 'demo-company-login';

/** The login at the company's own auth server, which passbeam has no part in. Its access token approves codes. */
export function openCompanySession(): PhoneSession {
  let token = sessionStorage.getItem(storageKey);

  async function signIn(username: string, password: string): Promise<void> {
    const form = { grant_type: 'password', client_id: companyApp, username, password };
    const response = await fetch(`${companyPath}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const { status: statusCode } = response;
    if (statusCode === 400) throw new ApiError('wrong_credentials', 'Wrong account or password', { statusCode });
    if (!response.ok) throw new ApiError('unavailable', `HTTP ${statusCode}`, { statusCode });
    token = String((await response.json()).access_token);
    sessionStorage.setItem(storageKey, token);
  }

  function forget(): void {
    token = null;
    sessionStorage.removeItem(storageKey);
  }

  return {
    whoIs: () => (token === null ? null : { displayName: employee.name, photo: null }),
    accessToken: async (refused) => (refused === token ? null : token),
    signIn,
    signOut: async () => forget(),
    forget,
    access: null,
  };
}
