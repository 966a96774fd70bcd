import '@passbeam/widget/define';
import type { PassbeamQrElement } from '@passbeam/widget';
import type {} from '@passbeam/widget/react';
import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { noted, settings } from '../settings';

/** Renders five times a second with inline objects and functions, as careless pages do. */
function Page() {
  const [renders, setRenders] = useState(0);
  const widget = useRef<PassbeamQrElement>(null);
  useEffect(() => {
    const timer = setInterval(() => setRenders((count) => count + 1), 200);
    return () => clearInterval(timer);
  }, []);
  return (
    <main data-renders={renders}>
      <passbeam-qr
        ref={widget}
        host={settings.host}
        appId={settings.appId}
        customData={{ from: 'react', at: { desk: 1 } }}
        oncreated={({ detail }) => noted('created', detail.qrcodeId)}
        onscanned={({ detail }) => noted('scanned', detail.displayName)}
        onauthorized={({ detail }) => noted('authorized', detail.ticket ?? '')}
      />
    </main>
  );
}

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
