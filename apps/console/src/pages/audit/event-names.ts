import { useWords } from '../../language/language.tsx';
import { eventWords } from './event-words.ts';

/** The name of a type of event in words. */
export function useEventNames(): (type: string) => string {
  const words: Record<string, string> = useWords(eventWords);
  return (type) => words[type] ?? type;
}
