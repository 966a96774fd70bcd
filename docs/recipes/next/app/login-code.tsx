'use client';

import '@passbeam/widget/define';
import type {} from '@passbeam/widget/react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

export function LoginCode() {
  const router = useRouter();
  const [login, setLogin] = useState<{ host: string; appId: string; state: string } | null>(null);
  useEffect(() => {
    fetch('/login', { method: 'POST' }).then(async (reply) => setLogin(await reply.json()));
  }, []);

  if (login === null) return null;
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
        if (reply.ok) router.refresh();
        else widget.refresh();
      }}
    />
  );
}
