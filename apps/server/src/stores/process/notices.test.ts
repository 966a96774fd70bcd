import { expect, it } from 'vitest';
import { createProcessNotices } from './notices.ts';

it('calls every listener of the QR session, and nobody else, until each leaves', () => {
  const notices = createProcessNotices();
  const heard: string[] = [];
  const leaveFirst = notices.subscribe('a', () => heard.push('first of a'));
  const leaveSecond = notices.subscribe('a', () => heard.push('second of a'));
  const leaveOther = notices.subscribe('b', () => heard.push('b'));
  notices.publish('a');
  expect(heard).toEqual(['first of a', 'second of a']);
  leaveFirst();
  notices.publish('a');
  notices.publish('nobody');
  expect(heard).toEqual(['first of a', 'second of a', 'second of a']);
  leaveSecond();
  leaveOther();
  notices.publish('a');
  notices.publish('b');
  expect(heard).toHaveLength(3);
});

it('keeps nothing of those who left, however often they say so', () => {
  const notices = createProcessNotices();
  const leave = ['a', 'a', 'a', 'b'].map((code) => notices.subscribe(code, () => {}));
  expect(notices.count()).toEqual({ codes: 2, listeners: 4 });
  for (const end of [...leave, ...leave]) end();
  expect(notices.count()).toEqual({ codes: 0, listeners: 0 });
});

it('bears listeners that leave, and others that come, while they are called', () => {
  const notices = createProcessNotices();
  const heard: string[] = [];
  const leave = notices.subscribe('a', () => {
    heard.push('once');
    leave();
    notices.subscribe('a', () => heard.push('late'));
  });
  notices.subscribe('a', () => heard.push('other'));
  notices.publish('a');
  expect(heard).toEqual(['once', 'other']);
  notices.publish('a');
  expect(heard.slice(2)).toEqual(['other', 'late']);
});
