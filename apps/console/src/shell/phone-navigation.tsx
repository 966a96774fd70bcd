import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFocusBack } from '../forms/focus-back.ts';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';

/** The navigation where there is no room beside the page. */
export function PhoneNavigation({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const words = useWords(partWords);
  useFocusBack();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="left"
      size={296}
      title="passbeam"
      closeButtonProps={{ 'aria-label': words.close }}
      classNames={{ content: 'side-drawer', body: 'side-body' }}
    >
      {children}
    </Drawer>
  );
}
