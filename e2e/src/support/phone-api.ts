import { alice, type Product, phoneApplication } from './product.ts';

export interface PhoneApi {
  /** Scans; resolves to what the app learns about who is asking. */
  scan(qrcodeId: string): Promise<{ consent?: object }>;
  confirm(qrcodeId: string): Promise<void>;
  cancel(qrcodeId: string): Promise<void>;
}

/** Alice's phone without its screen: what her app sends when she scans and decides. */
export async function signInPhone(product: Product): Promise<PhoneApi> {
  const authorization = await phoneToken(product);
  const move = (action: string) => (qrcodeId: string) =>
    post(product, 'change-qrcode-status', { qrcodeId, action }, { authorization });
  return { scan: move('SCAN'), confirm: move('CONFIRM'), cancel: move('CANCEL') };
}

/** The access token that Alice's app holds. */
export async function phoneToken(product: Product): Promise<string> {
  const { username, password } = alice;
  const signIn = { connection: 'PASSWORD', passwordPayload: { username, password } };
  return (await post(product, 'signin', signIn, {})).access_token;
}

async function post(product: Product, path: string, body: object, headers: Record<string, string>) {
  const response = await fetch(`${product.url}/api/v3/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-authing-app-id': phoneApplication.id, ...headers },
    body: JSON.stringify(body),
  });
  const reply = await response.json();
  if (reply.statusCode !== 200) throw new Error(`the phone was refused: ${JSON.stringify(reply)}`);
  return reply.data;
}
