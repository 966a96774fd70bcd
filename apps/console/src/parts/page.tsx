import { type ReactNode, useEffect, useRef } from 'react';
import './page.css';

let isFirst = true;

/** A page: its heading takes the focus after a navigation, so that keyboard and screen reader begin there. */
export function Page({
  title,
  lead,
  above,
  actions,
  width = 'normal',
  children,
}: {
  title: string;
  lead?: ReactNode;
  above?: ReactNode;
  actions?: ReactNode;
  width?: 'normal' | 'narrow' | 'wide';
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = `${title} · passbeam`;
  }, [title]);
  return (
    <div className={`page ${width}`}>
      <div className="page-head">
        <div className="page-title">
          {above}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <div className="page-lead">{lead}</div>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Section({
  title,
  lead,
  id,
  actions,
  children,
  isQuiet = false,
}: {
  title?: string;
  lead?: ReactNode;
  id?: string;
  actions?: ReactNode;
  children: ReactNode;
  /** Without the frame: for what has one already. */
  isQuiet?: boolean;
}) {
  return (
    <section className={isQuiet ? 'section quiet' : 'section'} id={id}>
      {title !== undefined && (
        <div className="section-head">
          <div>
            <h2>{title}</h2>
            {lead && <p className="soft">{lead}</p>}
          </div>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
