import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { RoleDto } from '@passbeam/protocol';
import type { ComponentPropsWithoutRef } from 'react';
import { useMay } from '../api/me.ts';
import { useWords } from '../language/language.tsx';
import { partWords } from '../parts/words.ts';

/** A button for those who may. Others see it, and why it does nothing for them. */
export function GatedButton({
  needs,
  ...button
}: { needs: RoleDto } & ButtonProps & Omit<ComponentPropsWithoutRef<'button'>, 'style' | 'color'>) {
  const words = useWords(partWords);
  const isAllowed = useMay(needs);
  if (isAllowed) return <Button {...button} />;
  return (
    <Tooltip label={needs === 'owner' ? words.needsOwner : words.needsOperator}>
      <Button {...button} onClick={(event) => event.preventDefault()} data-disabled aria-disabled type="button" />
    </Tooltip>
  );
}

/** Why a control is off for whoever is signed in; null: it is not. */
export function useWhyNot(role: RoleDto): string | null {
  const words = useWords(partWords);
  const isAllowed = useMay(role);
  if (isAllowed) return null;
  return role === 'owner' ? words.needsOwner : words.needsOperator;
}
