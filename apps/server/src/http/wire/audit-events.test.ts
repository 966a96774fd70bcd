import { expect, it } from 'vitest';
import type { NamedEvent } from '../../core/management/events/event-log.ts';
import { auditEventDto, formats } from './audit-events.ts';

const event: NamedEvent = {
  id: 'e1',
  type: 'user.sign_in_failed',
  at: 0,
  userPoolId: 'pool1',
  applicationId: 'gone',
  userId: 'u1',
  userName: '=HYPERLINK("https://evil.example")',
  loginSessionId: null,
  codeHash: null,
  ip: '::1',
  userAgent: '@SUM(1), "quoted"\nand more',
  requestId: '-2+3',
  detail: { amr: 'pwd', accessKeyId: 'key1' },
};
const dto = auditEventDto(event, { findApplication: () => null });

it('a row of CSV quotes what needs it, and holds nothing that a spreadsheet would run', () => {
  expect(formats.csv.line(dto)).toBe(
    '1970-01-01T00:00:00.000Z,user.sign_in_failed,failure,u1,"\'=HYPERLINK(""https://evil.example"")",gone,,,,key1,,,::1,' +
      '"\'@SUM(1), ""quoted""\nand more",\'-2+3,1,"{""amr"":""pwd""}",e1\r\n',
  );
  expect(formats.csv.head.split(',')).toHaveLength(18);
});

it('a line of JSON is the event of the list', () => {
  expect(JSON.parse(formats.jsonl.line(dto))).toEqual(dto);
});
