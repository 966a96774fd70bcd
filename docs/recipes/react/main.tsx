import '@passbeam/widget/define';
import type {} from '@passbeam/widget/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

/** What the backend says: who is signed in, or what a code of this visitor needs. */
type Login = { user: { name: string } } | { user?: never; host: string; appId: string; state: string };

async function askBackend(): Promise<Login> {
  return (await fetch('/login')).json();
}

function App() {
  const [login, setLogin] = useState<Login | null>(null);
  useEffect(() => {
    askBackend().then(setLogin);
  }, []);

  if (login === null) return null;
  if (login.user) return <p>Signed in as {login.user.name}</p>;
  return (
    <passbeam-qr
      host={login.host}
      appId={login.appId}
      state={login.state}
      onauthorized={async ({ currentTarget: widget, detail }) => {
        const reply = await fetch('/login/qr', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(detail),
        });
        if (reply.ok) setLogin(await askBackend());
        else widget.refresh();
      }}
    />
  );
}

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
