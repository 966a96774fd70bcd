import { useWords } from '../language/language.tsx';
import { Icon } from './icons.tsx';
import { partWords } from './words.ts';
import './filters.css';

export interface Filter {
  name: string;
  title: string;
  value: string;
}

/** What a list is filtered by, each to be removed by its button, or by Delete. */
export function FilterChips({
  filters,
  onRemove,
  onClear,
}: {
  filters: Filter[];
  onRemove: (name: string) => void;
  onClear: () => void;
}) {
  const words = useWords(partWords);
  if (filters.length === 0) return null;
  return (
    <ul className="chips">
      {filters.map(({ name, title, value }) => (
        <li key={name}>
          <button
            type="button"
            className="chip"
            aria-label={`${title}: ${value}. ${words.removeFilter(title)}`}
            onClick={() => onRemove(name)}
            onKeyDown={(event) => {
              if (event.key === 'Delete' || event.key === 'Backspace') onRemove(name);
            }}
          >
            <span className="soft">{title}</span> <span className="chip-value">{value}</span>
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
      {filters.length > 1 && (
        <li>
          <button type="button" className="chip-clear" onClick={onClear}>
            {words.clear}
          </button>
        </li>
      )}
    </ul>
  );
}
