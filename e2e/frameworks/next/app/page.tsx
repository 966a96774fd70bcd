import type {} from '@passbeam/widget/react';
import { Login } from './login';

/** The server's HTML has the element, and the script in its head: the QR code may be shown before React starts. */
export default async function Page({ searchParams }: { searchParams: Promise<{ host?: string; app?: string }> }) {
  const { host = '', app = '' } = await searchParams;
  return (
    <main>
      <script type="module" src={`${host}/widget/passbeam-qr.js`} async />
      <Login host={host} app={app} />
    </main>
  );
}
