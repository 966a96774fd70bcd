import { expect, it } from 'vitest';
import { asksForTraces, tracingWarnings } from './asks-for-traces.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

it.each([
  [{}, false],
  [endpoint, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }, true],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
  [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, true],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: 'console' }, false],
  [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }, false],
  [{ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, false],
  [{ ...endpoint, OTEL_SDK_DISABLED: 'false' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
])('%j asks for traces: %s', (env, asks) => {
  expect(asksForTraces(env)).toBe(asks);
});

it('warns of settings that this server does not support', () => {
  expect(tracingWarnings(endpoint)).toEqual([]);
  expect(tracingWarnings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })).toEqual([]);
  expect(tracingWarnings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([
    'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, but traces are sent as http/json.',
  ]);
  expect(tracingWarnings({ OTEL_TRACES_EXPORTER: 'console' })).toEqual([
    'OTEL_TRACES_EXPORTER is console, but only otlp is served.',
  ]);
});
