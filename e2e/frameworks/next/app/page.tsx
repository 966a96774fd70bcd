import type {} from '@passbeam/widget/react';
import { Login } from './login';

/** The element is in the HTML that the server sends, and its script in the head: the code may be there before React is. */
export default async function Page({ searchParams }: { searchParams: Promise<{ host?: string; app?: string }> }) {
  const { host = '', app = '' } = await searchParams;
  return (
    <main>
      <script type="module" src={`${host}/widget/passbeam-qr.js`} async />
      <Login host={host} app={app} />
    </main>
  );
}
