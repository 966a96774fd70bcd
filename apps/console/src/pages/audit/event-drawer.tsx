import { Drawer } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { AuditEventDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { useFocusBack } from '../../forms/focus-back.ts';
import { useWords } from '../../language/language.tsx';
import { CopyButton, CopyText } from '../../parts/copy.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Tag } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { partWords } from '../../parts/words.ts';
import { Changes } from './changes.tsx';
import { useEventNames } from './event-names.ts';
import { tones, useActor } from './event-table.tsx';
import { auditWords } from './words.ts';

/** All facts of an event, and the ways on from them. Arrows go to its neighbours. */
export function EventDrawer({
  event,
  onClose,
  onStep,
}: {
  event: AuditEventDto;
  onClose: () => void;
  onStep: (step: 1 | -1) => void;
}) {
  const words = useWords(auditWords);
  const parts = useWords(partWords);
  const pool = usePool();
  const nameOf = useEventNames();
  const actorOf = useActor();
  useFocusBack();
  useHotkeys([
    ['ArrowDown', () => onStep(1)],
    ['ArrowUp', () => onStep(-1)],
  ]);
  const { originValue, targetValue, administratorId, accessKeyId, consoleLoginId, ...detail } = event.detail;
  return (
    <Drawer
      opened
      onClose={onClose}
      size={480}
      title={nameOf(event.type)}
      closeButtonProps={{ 'aria-label': parts.close }}
    >
      <div className="stack">
        <div className="row">
          <Tag tone={event.outcome === 'success' ? 'good' : tones[event.outcome]}>{words[event.outcome]}</Tag>
          <code>{event.type}</code>
        </div>
        <Facts
          facts={[
            [words.time, <When key="time" at={event.at} />],
            [words.count, event.count > 1 ? event.count : null],
            [
              words.person,
              event.userId && (
                <Link to="/$pool/users/$user" params={{ pool, user: event.userId }}>
                  {event.userName ?? event.userId}
                </Link>
              ),
            ],
            [
              words.application,
              event.appId && (
                <Link to="/$pool/applications/$app" params={{ pool, app: event.appId }}>
                  {event.appName ?? event.appId}
                </Link>
              ),
            ],
            [words.by, actorOf(event)],
            [
              words.address,
              event.ip && (
                <Link to="/$pool/audit" params={{ pool }} search={{ ip: event.ip }} title={words.sameAddress}>
                  {event.ip}
                </Link>
              ),
            ],
            [words.browser, [event.browser, event.os].filter(Boolean).join(' · ')],
            [words.login, event.sessionId && <CopyText key="session" text={event.sessionId} short={16} />],
            [
              words.code,
              event.code && (
                <Link to="/$pool/audit" params={{ pool }} search={{ code: event.code, order: 'oldest' }}>
                  {words.openStory}
                </Link>
              ),
            ],
            [
              words.request,
              event.requestId && (
                <Link
                  to="/$pool/audit"
                  params={{ pool }}
                  search={{ request: event.requestId }}
                  title={words.sameRequest}
                >
                  {event.requestId}
                </Link>
              ),
            ],
            ...Object.entries(detail).map(([name, value]) => [name, String(value)] as const),
          ]}
        />
        <Changes before={originValue} after={targetValue} />
        <div className="row">
          <CopyButton text={JSON.stringify(event, null, 2)} name="JSON" isLabelled />
        </div>
      </div>
    </Drawer>
  );
}
