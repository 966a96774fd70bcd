import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import './tabs.css';

/** One row of tabs. A phone shows a part of it: the one with the current tab. */
export function TabRow({ label, children }: { label: string; children: ReactNode }) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (row.current && current) row.current.scrollLeft = current.offsetLeft - row.current.clientWidth / 3;
  });
  return (
    <nav ref={row} className="tabs" aria-label={label}>
      {children}
    </nav>
  );
}

/** Parts of one page, each with an address: the tab stands in the search. */
export function Tabs({
  tabs,
  current,
  label,
  usual,
}: {
  tabs: readonly { name: string; title: string }[];
  current: string;
  label: string;
  usual: string;
}) {
  return (
    <TabRow label={label}>
      {tabs.map(({ name, title }) => (
        <Link
          key={name}
          to="."
          search={name === usual ? {} : { tab: name }}
          className={name === current ? 'tab is-current' : 'tab'}
          aria-current={name === current ? 'page' : undefined}
          activeOptions={{ exact: true }}
          resetScroll={false}
        >
          {title}
        </Link>
      ))}
    </TabRow>
  );
}
