import { useDebouncedValue } from '@mantine/hooks';
import type { ApplicationPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { reading } from '../api/pool.ts';
import { Dialog } from '../forms/dialog.tsx';
import { useWords } from '../language/language.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { placesFor } from './places.ts';
import { shellWords } from './words.ts';

export interface Found {
  key: string;
  text: string;
  icon: IconName;
  go: { to: string; params?: Record<string, string>; search?: Record<string, string>; hash?: string };
}

/** Ctrl K: goes to a page, a setting or an application by one of its names, or to what a pasted id belongs to. */
export function Finder({ pool, onClose }: { pool: string; onClose: () => void }) {
  const words = useWords(shellWords);
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [keywords] = useDebouncedValue(text.trim(), 150);
  const applications = useQuery({
    ...reading<ApplicationPageDto>(pool, 'list-applications', { keywords, limit: 5 }),
    enabled: pool !== '' && keywords !== '' && keywords === text.trim(),
  });
  const found = placesFor(text, { pool, applications: applications.data?.list ?? [], words });
  const chosen = found[Math.min(at, found.length - 1)];
  const go = (place: Found | undefined) => {
    if (place === undefined) return;
    onClose();
    // The table of places is plain data: its addresses are checked by the test that opens each.
    navigate(place.go as Parameters<typeof navigate>[0]);
  };
  return (
    <Dialog
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12dvh"
      size="lg"
      aria-label={words.finderTitle}
    >
      <input
        className="finder-input"
        role="combobox"
        aria-label={words.finderTitle}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={chosen === undefined ? undefined : `${listId}-${chosen.key}`}
        placeholder={words.finderTitle}
        value={text}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) {
            event.preventDefault();
            setAt((at + step + found.length) % Math.max(found.length, 1));
          }
          if (event.key === 'Enter') go(chosen);
        }}
      />
      <div className="finder-list" role="listbox" id={listId} aria-label={words.find}>
        {found.map((place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses in the field above
          <div
            key={place.key}
            id={`${listId}-${place.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === chosen}
            onClick={() => go(place)}
          >
            <Icon name={place.icon} />
            {place.text}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="soft">{words.nothingFound}</p>}
      <p className="soft small" style={{ marginTop: 10 }}>
        {words.finderHint}
      </p>
    </Dialog>
  );
}
