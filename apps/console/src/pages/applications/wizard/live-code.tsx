import '@passbeam/widget/define';
import type { AuditEventPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { hereUrl } from '../../../api/place.ts';
import { asking, usePool } from '../../../api/pool.ts';
import { useLanguage, useWords } from '../../../language/language.tsx';
import { When } from '../../../parts/when.tsx';
import { useEventNames } from '../../audit/event-names.ts';
import { wizardWords } from './words.ts';

/** The widget as on a site, and beside it what the audit log tells of this very code. */
export function LiveCode({ appId }: { appId: string }) {
  const words = useWords(wizardWords);
  const pool = usePool();
  const { language } = useLanguage();
  const nameOf = useEventNames();
  const holder = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    const element = document.createElement('passbeam-qr');
    element.setAttribute('host', hereUrl);
    element.setAttribute('app-id', appId);
    element.setAttribute('lang', language);
    let shown: string | null = null;
    const follow = setInterval(async () => {
      const { qrcodeId, status } = element as unknown as { qrcodeId: string | null; status: string };
      if (status === 'authorized') setDone(true);
      if (qrcodeId === null || qrcodeId === shown) return;
      shown = qrcodeId;
      setCode(await hashOf(qrcodeId));
    }, 500);
    holder.current?.append(element);
    return () => {
      clearInterval(follow);
      element.remove();
    };
  }, [appId, language]);
  const events = useQuery({
    ...asking<AuditEventPageDto>(pool, 'list-audit-events', { code: code ?? undefined, order: 'oldest', limit: 20 }),
    enabled: code !== null,
    refetchInterval: 2000,
  });
  return (
    <div className="try">
      <div className="live-code" ref={holder} />
      <div className="stack" aria-live="polite">
        <h3>{isDone ? words.done : words.waiting}</h3>
        {events.data === undefined || events.data.list.length === 0 ? (
          <p className="soft">{words.seenNothing}</p>
        ) : (
          <ol className="happenings">
            {events.data.list.map(({ eventId, type, at, outcome, userName }) => (
              <li key={eventId} className={outcome === 'success' ? 'good' : 'bad'}>
                <strong>{nameOf(type)}</strong> {userName}
                <br />
                <span className="small">
                  <When at={at} isShort />
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}

/** The server writes of a code by its hash: SHA-256 in base64url. */
async function hashOf(qrcodeId: string): Promise<string | null> {
  if (crypto.subtle === undefined) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(qrcodeId)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
