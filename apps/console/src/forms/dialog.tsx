import { Modal, type ModalProps } from '@mantine/core';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';
import { useFocusBack } from './focus-back.ts';

/** A dialog, for as long as it is mounted. Without `onClose` only its own buttons end it: a slip of the hand closes nothing. */
export function Dialog({ onClose, ...rest }: Omit<ModalProps, 'opened' | 'onClose'> & { onClose?: () => void }) {
  const words = useWords(partWords);
  useFocusBack();
  const isFixed = onClose === undefined;
  return (
    <Modal
      opened
      onClose={onClose ?? (() => {})}
      closeButtonProps={{ 'aria-label': words.close }}
      {...(isFixed && { withCloseButton: false, closeOnClickOutside: false, closeOnEscape: false })}
      {...rest}
    />
  );
}
