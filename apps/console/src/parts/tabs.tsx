import { Link } from '@tanstack/react-router';
import './tabs.css';

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
    <nav className="tabs" aria-label={label}>
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
    </nav>
  );
}
