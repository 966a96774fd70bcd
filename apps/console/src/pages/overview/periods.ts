/** How far back, and how fine. */
export const periods = {
  hour: { seconds: 3600, step: 60 },
  day: { seconds: 86_400, step: 600 },
  week: { seconds: 7 * 86_400, step: 3600 },
  month: { seconds: 30 * 86_400, step: 86_400 },
} as const;
export type Period = keyof typeof periods;
export const isPeriod = (text: string | undefined): text is Period => text !== undefined && text in periods;

/** The period as the call takes it, ending with the step that is under way. */
export function windowOf(period: Period, now: number) {
  const { seconds, step } = periods[period];
  const to = Math.ceil(now / 1000 / step) * step;
  return { from: (to - seconds) * 1000, to: to * 1000, step };
}
