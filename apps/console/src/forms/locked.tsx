import { Tooltip } from '@mantine/core';
import { useWords } from '../language/language.tsx';
import { Icon } from '../parts/icons.tsx';
import { partWords } from '../parts/words.ts';

/** Who writes the fields of a setting, by their paths. */
export type Managed = Record<string, 'file' | 'console'> | undefined;

export const isLocked = (managed: Managed, path: string) => managed?.[path] === 'file';

/** Beside a field that the configuration file writes. */
export function FileLock({ path }: { path: string }) {
  const words = useWords(partWords);
  return (
    <Tooltip label={words.byFileMore(path)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard reaches the explanation */}
      <span className="tag" tabIndex={0}>
        <Icon name="lock" size={13} /> {words.byFile}
      </span>
    </Tooltip>
  );
}
