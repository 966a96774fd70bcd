import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useMe } from '../api/me.ts';
import { usePool } from '../api/pool.ts';
import { useWords } from '../language/language.tsx';
import { Icon, Mark } from '../parts/icons.tsx';
import { AccountButton } from './account-button.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { PoolSwitcher } from './pool-switcher.tsx';
import { shellWords } from './words.ts';
import './shell.css';

const AccountMenu = lazy(async () => ({ default: (await import('./account-menu.tsx')).AccountMenu }));
const Finder = lazy(async () => ({ default: (await import('./finder.tsx')).Finder }));
const PhoneNavigation = lazy(async () => ({ default: (await import('./phone-navigation.tsx')).PhoneNavigation }));

/** What stands around every page of a signed-in administrator. */
export function Shell() {
  const words = useWords(shellWords);
  const me = useMe();
  const named = usePool();
  const pool = named || (me?.pools[0]?.userPoolId ?? '');
  const [isDrawerOpen, drawer] = useDisclosure();
  const [isFinderOpen, finder] = useDisclosure();
  useHotkeys([['mod+K', finder.open]], []);
  const inner = (onGo?: () => void) => (
    <>
      <PoolSwitcher pool={pool} />
      <button
        type="button"
        className="finder-button"
        onClick={() => {
          onGo?.();
          finder.open();
        }}
      >
        <Icon name="search" size={16} />
        <span className="grow">{words.find}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Navigation pool={pool} onGo={onGo} />
      <Suspense fallback={<AccountButton />}>
        <AccountMenu />
      </Suspense>
    </>
  );
  return (
    <div className="shell">
      <a href="#page" className="skip">
        {words.skip}
      </a>
      <header className="bar">
        <button type="button" className="bar-button" aria-label={words.openNavigation} onClick={drawer.open}>
          <Icon name="menu" size={20} />
        </button>
        <Mark size={24} />
        <strong>passbeam</strong>
      </header>
      <aside className="side" aria-label="passbeam">
        <div className="brand">
          <Mark />
          <strong>passbeam</strong>
        </div>
        {inner()}
      </aside>
      <Suspense>
        {isDrawerOpen && <PhoneNavigation onClose={drawer.close}>{inner(drawer.close)}</PhoneNavigation>}
        {isFinderOpen && <Finder pool={pool} onClose={finder.close} />}
      </Suspense>
      <main className="main" id="page" tabIndex={-1}>
        <OfflineBanner />
        <Outlet />
      </main>
    </div>
  );
}
