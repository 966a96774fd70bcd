import type { ComponentPropsWithRef } from 'react';
import { useMe } from '../api/me.ts';
import { Icon } from '../parts/icons.tsx';
import { Initials } from '../parts/tag.tsx';

/** Who is signed in. Stands there before the menu that it opens is loaded. */
export function AccountButton(more: ComponentPropsWithRef<'button'>) {
  const me = useMe();
  if (me === undefined) return null;
  const { name, signInName } = me.administrator;
  return (
    <button type="button" {...more} className="account-button">
      <Initials name={name} size={30} />
      <span className="grow">
        <strong>{name}</strong>
        <small>{signInName}</small>
      </span>
      <Icon name="more" />
    </button>
  );
}
