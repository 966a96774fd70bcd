import { createState } from '@passbeam/sdk';
import { visitorSession } from '../session';

/** What a code of this visitor needs. Only a route may set the cookie, so the page asks here. */
export async function POST(): Promise<Response> {
  const session = await visitorSession();
  if (session.state === undefined) {
    session.state = createState();
    await session.save();
  }
  return Response.json({ host: process.env.PASSBEAM_URL, appId: process.env.APP_ID, state: session.state });
}
