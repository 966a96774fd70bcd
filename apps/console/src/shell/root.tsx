import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useDoor } from '../api/doors.ts';
import { questions } from '../forms/confirm.ts';
import { Toasts } from '../parts/toast.tsx';

// Dialogs come after the page: most visits need none.
const ConfirmDialog = lazy(async () => ({ default: (await import('../forms/confirm-dialog.tsx')).ConfirmDialog }));
const DoorDialogs = lazy(async () => ({ default: (await import('./door-dialogs.tsx')).DoorDialogs }));

/** Around everything: the dialogs of doors, questions, and what was just done. */
export function Root() {
  const door = useDoor();
  const asked = useSyncExternalStore(questions.subscribe, questions.current);
  return (
    <>
      <Outlet />
      <Suspense>
        {asked && <ConfirmDialog />}
        {door && <DoorDialogs />}
      </Suspense>
      <Toasts />
    </>
  );
}
