/** A failure with a message for people; its stack would not help them. */
export class CannotRun extends Error {}
