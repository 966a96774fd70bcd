import { alice, type Product, phoneApplication } from './product.ts';

export interface PhoneApi {
  scan(qrcodeId: string): Promise<void>;
  confirm(qrcodeId: string): Promise<void>;
  cancel(qrcodeId: string): Promise<void>;
}

/** Alice's phone without its screen: what her app sends when she scans and decides. */
export async function signInPhone(product: Product): Promise<PhoneApi> {
  const post = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await fetch(`${product.url}/api/v3/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-authing-app-id': phoneApplication.id, ...headers },
      body: JSON.stringify(body),
    });
    const reply = await response.json();
    if (reply.statusCode !== 200) throw new Error(`the phone was refused: ${JSON.stringify(reply)}`);
    return reply.data;
  };
  const { username, password } = alice;
  const signIn = { connection: 'PASSWORD', passwordPayload: { username, password } };
  const { access_token: authorization } = await post('signin', signIn, {});
  const move = (action: string) => (qrcodeId: string) =>
    post('change-qrcode-status', { qrcodeId, action }, { authorization });
  return { scan: move('SCAN'), confirm: move('CONFIRM'), cancel: move('CANCEL') };
}
