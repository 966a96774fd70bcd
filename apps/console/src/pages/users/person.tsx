import type { UserDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { Tag } from '../../parts/tag.tsx';
import { userWords } from './words.ts';

/** What a person is called here: the first of their names that there is. */
export const nameOf = ({ nickname, name, username, email, phone, userId }: UserDto): string =>
  nickname || name || username || email || phone || userId;

export function StateTag({ status }: Pick<UserDto, 'status'>) {
  const words = useWords(userWords);
  return <Tag tone={status === 'Activated' ? 'good' : status === 'Suspended' ? 'bad' : 'plain'}>{words[status]}</Tag>;
}
