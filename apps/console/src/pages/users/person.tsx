import type { UserDto } from '@passbeam/protocol';
import { useWords } from '../../language/language.tsx';
import { Tag } from '../../parts/tag.tsx';
import { userWords } from './words.ts';

/** What a person is called here: the first of their names that there is. */
export const nameOf = (person: UserDto): string =>
  person.nickname || person.name || person.username || person.email || phoneOf(person) || person.userId;

/** Country and number in one, as people write it; the server has them apart. Saved without the country, it could become a number of another one. */
export const phoneOf = ({ phone, phoneCountryCode }: UserDto): string | null =>
  phone && `${phoneCountryCode ?? ''}${phone}`;

export function StateTag({ status }: Pick<UserDto, 'status'>) {
  const words = useWords(userWords);
  return <Tag tone={status === 'Activated' ? 'good' : status === 'Suspended' ? 'bad' : 'plain'}>{words[status]}</Tag>;
}
