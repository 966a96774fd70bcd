/** A browser without a window: it follows the redirects of the real server, keeps cookies, and signs in at the page's calls. */
export function openBrowser(host: string) {
  const cookies = new Map<string, string>();

  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) };
    const reply = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return reply;
  }

  async function step(uuid: string, formToken: string, path: string, body: object) {
    const reply = await request(`${host}/login/interactions/${uuid}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: host, 'x-passbeam-form': formToken },
      body: JSON.stringify(body),
    });
    const { statusCode, message, data } = await reply.json();
    if (statusCode !== 200) throw new Error(message);
    return data;
  }

  return {
    /** Opens the address and signs in where the page asks for it; the address that the application is called at in the end. */
    async signIn(url: string, account: { username: string; password: string }): Promise<string> {
      const first = (await request(url)).headers.get('location') ?? '';
      if (!first.startsWith(`${host}/login`)) return first;
      const uuid = new URL(first).searchParams.get('uuid') ?? '';
      const { data } = await (await request(`${host}/login/interactions/${uuid}`)).json();
      const { username, password } = account;
      const signedIn = await step(uuid, data.formToken, 'password', { account: username, password });
      const view =
        signedIn.step === 'consent' ? await step(uuid, signedIn.formToken, 'consent', { allow: true }) : signedIn;
      return (await request(view.leaveUrl)).headers.get('location') ?? '';
    },

    /** Opens the address and goes back to the application at once. */
    async cancel(url: string): Promise<string> {
      const uuid = new URL((await request(url)).headers.get('location') ?? '').searchParams.get('uuid') ?? '';
      const { data } = await (await request(`${host}/login/interactions/${uuid}`)).json();
      const view = await step(uuid, data.formToken, 'cancel', {});
      return (await request(view.leaveUrl)).headers.get('location') ?? '';
    },
  };
}
