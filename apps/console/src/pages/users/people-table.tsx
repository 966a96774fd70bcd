import { Checkbox } from '@mantine/core';
import type { UserDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Initials } from '../../parts/tag.tsx';
import { When } from '../../parts/when.tsx';
import { nameOf, phoneOf, StateTag } from './person.tsx';
import { userWords } from './words.ts';

const most = 100;

export function PeopleTable({
  people,
  chosen,
  onChoose,
}: {
  people: UserDto[];
  chosen: readonly UserDto[];
  onChoose: ((chosen: readonly UserDto[]) => void) | null;
}) {
  const words = useWords(userWords);
  const pool = usePool();
  const isChosen = ({ userId }: UserDto) => chosen.some((one) => one.userId === userId);
  const choice: Column<UserDto>[] =
    onChoose === null
      ? []
      : [
          {
            name: 'choose',
            title: (
              <Checkbox
                aria-label={words.chooseAll}
                checked={people.length > 0 && people.every(isChosen)}
                indeterminate={chosen.length > 0 && !people.every(isChosen)}
                onChange={(event) => onChoose(event.currentTarget.checked ? people.slice(0, most) : [])}
              />
            ),
            phone: 'corner',
            cell: (person) => (
              <Checkbox
                aria-label={words.choose(nameOf(person))}
                checked={isChosen(person)}
                onChange={(event) =>
                  onChoose(
                    event.currentTarget.checked
                      ? [...chosen, person].slice(0, most)
                      : chosen.filter(({ userId }) => userId !== person.userId),
                  )
                }
              />
            ),
          },
        ];
  return (
    <Table
      caption={words.title}
      rows={people}
      idOf={({ userId }) => userId}
      isDim={({ status }) => status !== 'Activated'}
      columns={[
        ...choice,
        {
          name: 'name',
          title: words.name,
          phone: 'head',
          cell: (person) => (
            <span className="named">
              <Initials name={nameOf(person)} size={34} />
              <span>
                <Link to="/$pool/users/$user" params={{ pool, user: person.userId }}>
                  {nameOf(person)}
                </Link>
                {person.username && person.username !== nameOf(person) && <small>{person.username}</small>}
              </span>
            </span>
          ),
        },
        { name: 'email', title: words.email, cell: ({ email }) => email ?? <span className="soft">–</span> },
        {
          name: 'phone',
          title: words.phone,
          phone: 'gone',
          cell: (person) => phoneOf(person) ?? <span className="soft">–</span>,
        },
        { name: 'state', title: words.state, cell: ({ status }) => <StateTag status={status} /> },
        { name: 'made', title: words.made, phone: 'gone', cell: ({ createdAt }) => <When at={createdAt} isShort /> },
        { name: 'lastLogin', title: words.lastLogin, cell: ({ lastLogin }) => <When at={lastLogin} isShort /> },
      ]}
    />
  );
}
