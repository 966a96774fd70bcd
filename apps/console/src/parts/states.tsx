import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Failure } from '../api/failure.ts';
import { useFormats } from '../language/format.ts';
import { useWords } from '../language/language.tsx';
import { CopyText } from './copy.tsx';
import { Icon, type IconName } from './icons.tsx';
import { partWords } from './words.ts';
import './states.css';

/** What a part shows before it has what it shows: nothing, then a skeleton, or why it has not come, or what came. */
export function Loaded<Data>({
  query,
  rows = 4,
  children,
}: {
  query: UseQueryResult<Data>;
  /** Lines of the skeleton: as high as what will be there. */
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  const formats = useFormats();
  const words = useWords(partWords);
  if (query.data === undefined) {
    return query.error === null ? (
      <Waiting rows={rows} />
    ) : (
      <Failed error={query.error} retry={() => query.refetch()} />
    );
  }
  if (query.error === null) return children(query.data);
  return (
    <>
      <p className="notice warn" role="status">
        {words.stale(formats.ago(query.dataUpdatedAt))}
      </p>
      <div className="stale">{children(query.data)}</div>
    </>
  );
}

/** Appears only for what takes long enough to be noticed. */
export function Waiting({ rows = 4 }: { rows?: number }) {
  const words = useWords(partWords);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="waiting" aria-busy="true">
      <span className="unseen">{words.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike
          key={index}
          height={18}
          width={`${92 - ((index * 17) % 38)}%`}
          visible={isLate}
          className={isLate ? '' : 'hidden'}
        />
      ))}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords(partWords);
  const requestId = error instanceof Failure ? error.requestId : null;
  return (
    <div className="notice bad" role="alert">
      <Icon name="warning" />
      <div className="grow">
        <strong>{words.failed}</strong>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {requestId && (
          <p className="small">
            {words.requestId} <CopyText text={requestId} />
          </p>
        )}
      </div>
      {retry && (
        <Button variant="default" size="xs" onClick={retry}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}

/** Nothing there yet: what this is for, and what to do first. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-sign">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children && <div className="soft prose">{children}</div>}
      {action && <div className="row">{action}</div>}
    </div>
  );
}

export function Notice({
  tone,
  children,
  icon,
}: {
  tone: 'info' | 'warn' | 'bad' | 'good';
  children: ReactNode;
  icon?: IconName;
}) {
  const sign = icon ?? (tone === 'good' ? 'check' : tone === 'info' ? 'info' : 'warning');
  return (
    <div className={`notice ${tone}`}>
      <Icon name={sign} />
      <div className="grow">{children}</div>
    </div>
  );
}
