/** The parts of the widget that the server's own page is made of as well. Workspace only: the published package has no such entry. */
export { backoffMs } from './backoff.ts';
export { clockTime, createCountdown } from './countdown.ts';
export { createFace } from './face.ts';
export {
  type Code,
  type CodeApi,
  createFollower,
  type FollowedStatus,
  type PollReply,
  type View,
  waitSeconds,
} from './follow.ts';
export { type IconName, icon } from './icons.ts';
export { pause } from './pause.ts';
export { attempt, isPhone } from './surroundings.ts';
export { chooseLanguage, type Language, shortened } from './words.ts';
export { browserClock, browserPage, type Clock, type Page } from './world.ts';
