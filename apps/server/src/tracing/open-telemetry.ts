import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  getNumberFromEnv,
  getStringFromEnv,
  setGlobalErrorHandler,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { DomainError } from '../core/ground/errors.ts';
import { scrub } from '../process/logging.ts';
import type { RequestSpan, Tracing } from './tracing.ts';

/** How long a stopping process may still send spans; what is left after that is lost. */
const flushMs = 750;

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** OpenTelemetry's SDK, set up by its own environment variables. Nothing is registered globally or patched: the spans are ours. */
export function startTracing({ version, node, log }: { version: string; node: string; log: Logger }): Tracing {
  setGlobalErrorHandler((error) => log.warn({ err: error }, 'traces could not be sent'));
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': 'passbeam',
          'service.version': version,
          'service.instance.id': node,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(getStringFromEnv('OTEL_TRACES_SAMPLER'), getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG')),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY'),
        exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
        maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
        maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
      }),
    ],
  });
  const tracer = provider.getTracer('passbeam', version);
  const contexts = new AsyncLocalStorageContextManager().enable();
  const propagator = new W3CTraceContextPropagator();

  return {
    begin({ method, route, scheme, headers }, proceed) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) as Context;
      const known = knownMethods.has(method) ? method : '_OTHER';
      const attributes: Attributes = { 'http.request.method': known, 'url.scheme': scheme };
      if (route !== undefined) attributes['http.route'] = route;
      const name = route === undefined ? known : `${known} ${route}`;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
      contexts.with(trace.setSpan(parent, span), proceed, undefined, requestSpan(span));
    },

    async within(name, call) {
      const active = contexts.active();
      if (trace.getSpan(active) === undefined) return call();
      const span = tracer.startSpan(name, {}, active);
      try {
        return await contexts.with(trace.setSpan(active, span), call);
      } catch (error) {
        if (error instanceof DomainError) span.setAttribute('passbeam.refusal', error.code);
        else noteFailure(span, error);
        throw error;
      } finally {
        span.end();
      }
    },

    async stop() {
      await provider.forceFlush({ timeoutMillis: flushMs }).catch(() => {});
      contexts.disable();
    },
  };
}

function requestSpan(span: Span): RequestSpan {
  return {
    refused: (code) => span.setAttribute('passbeam.refusal', code),
    failed: (error) => noteFailure(span, error),
    end({ statusCode, requestId, code }) {
      span.setAttribute('http.response.status_code', statusCode);
      span.setAttribute('passbeam.request_id', requestId);
      if (code !== undefined) span.setAttribute('passbeam.code', code);
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** Notes the error on the span, with secrets removed as in a log line. */
function noteFailure(span: Span, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  span.recordException({ name, message: scrub(message), stack: stack && scrub(stack) });
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', name);
}

/** OTEL_TRACES_SAMPLER, by its published names; default as published, `parentbased_always_on`. */
function samplerOf(name = 'parentbased_always_on', ratio = 1): Sampler {
  const root = name.endsWith('always_off')
    ? new AlwaysOffSampler()
    : name.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}
