import { AuthenticationClient, PassbeamError } from '@passbeam/sdk';
import { visitorSession } from '../../session';

export async function POST(request: Request): Promise<Response> {
  const { PASSBEAM_URL: host = '', APP_ID: appId = '', APP_SECRET: appSecret = '' } = process.env;
  const passbeam = new AuthenticationClient({ host, appId, appSecret });
  const session = await visitorSession();
  try {
    const { ticket, pollSecret } = await request.json();
    // The login must come back with this visitor's state: nobody else's login can be slipped in.
    const state = session.state ?? null;
    const tokens = await passbeam.exchangeTokenSetWithQrCodeTicket({ ticket, pollSecret }, { state });
    const user = await passbeam.getProfile({}, { accessToken: tokens.access_token });
    delete session.state;
    session.user = { id: user.userId, name: user.nickname ?? user.username ?? '' };
    await session.save();
    return Response.json({ user: session.user });
  } catch (error) {
    // A refused exchange used nothing up: say why, and let the page show a new code.
    if (error instanceof PassbeamError) return Response.json({ message: error.message }, { status: 403 });
    throw error;
  }
}
