import { expect, it } from 'vitest';
import { readAnswers } from './wrk.ts';

const report = `Running 1s test @ http://127.0.0.1:3000/
  1 threads and 64 connections
  Latency Distribution
     50%    1.10ms
     99%    3.50ms
  4000 requests in 1.00s, 1.20MB read
Requests/sec:   3990.50
Transfer/sec:      1.20MB
`;

it('reads the rate and the 99th percentile out of a report of wrk', () => {
  expect(readAnswers(report)).toEqual({ perSecond: 3990.5, p99Ms: 3.5, refusedShare: 0 });
  expect(readAnswers(report.replace('3.50ms', '850.00us')).p99Ms).toBe(0.85);
  expect(readAnswers(report.replace('3.50ms', '1.25s ')).p99Ms).toBe(1250);
});

it('reads the share of refusals', () => {
  expect(readAnswers(`${report}  Non-2xx or 3xx responses: 1000\n`).refusedShare).toBe(0.25);
});

it('throws for failed connections and for reports it does not understand', () => {
  expect(() => readAnswers(`${report}  Socket errors: connect 0, read 1, write 0, timeout 0\n`)).toThrow('read 1');
  expect(() => readAnswers('unable to connect')).toThrow('said nothing of its rate');
});
