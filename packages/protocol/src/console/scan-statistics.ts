import { type Static, Type } from 'typebox';
import { cappedCount, idField, instantField, momentField, nullable } from './fields.ts';

/** `POST /api/v3/get-scan-statistics` and `get-userpool-summary`, extensions of ours. */

/** How many points a series may have. */
export const maxStatisticsPoints = 750;

export const GetScanStatisticsDto = Type.Object({
  from: instantField('Included; rounded down to a whole step'),
  to: instantField('Left out; rounded up to a whole step'),
  step: Type.Union([Type.Literal(60), Type.Literal(600), Type.Literal(3_600), Type.Literal(86_400)], {
    description: `Seconds that a point stands for; at most ${maxStatisticsPoints} points. Minutes are kept two days, hours 400`,
  }),
  appId: Type.Optional(idField()),
});
export type GetScanStatisticsDto = Static<typeof GetScanStatisticsDto>;

const counts = {
  created: Type.Integer(),
  scanned: Type.Integer(),
  confirmed: Type.Integer(),
  cancelled: Type.Integer(),
  expired: Type.Integer(),
  exchanged: Type.Integer(),
};
const medianOf = (what: string) => nullable(Type.Number(), `Seconds ${what}, half of all took less; null: none`);

export const ScanStatisticsDto = Type.Object({
  series: Type.Array(Type.Object({ at: momentField('The beginning of the step'), ...counts })),
  totals: Type.Object(counts),
  before: Type.Object({ totals: Type.Object(counts) }, { description: 'The period before, of the same length' }),
  medianSeconds: Type.Object({
    scan: medianOf('from the code to its scan'),
    confirm: medianOf('from the scan to the confirmation'),
    exchange: medianOf('from the confirmation to the exchange'),
  }),
  alarms: Type.Record(Type.String(), Type.Integer(), {
    description: 'How many events of each type that deserves a look',
  }),
  computedUpTo: nullable(Type.String(), 'ISO 8601. Later events are not counted yet; null: nothing is counted yet'),
});
export type ScanStatisticsDto = Static<typeof ScanStatisticsDto>;

export const UserPoolSummaryDto = Type.Object({
  users: cappedCount('People of the user pool'),
  applications: cappedCount('Its applications'),
  accessKeys: cappedCount('Its access keys'),
  at: momentField('When this was counted: at most a minute ago'),
});
export type UserPoolSummaryDto = Static<typeof UserPoolSummaryDto>;
