type Environment = Record<string, string | undefined>;

/** Whether OpenTelemetry's own variables ask for traces by OTLP. */
export function asksForTraces(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false;
  const exporters = (env.OTEL_TRACES_EXPORTER ?? '').split(',').map((name) => name.trim());
  if (exporters.includes('otlp')) return true;
  if (exporters.some((name) => name !== '')) return false;
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/** What OpenTelemetry's variables ask for and this server does not support, as sentences for the log. */
export function tracingWarnings(env: Environment): string[] {
  const warnings: string[] = [];
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/json';
  if (asksForTraces(env) && protocol !== 'http/json') {
    warnings.push(`OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}, but traces are sent as http/json.`);
  }
  const unknown = (env.OTEL_TRACES_EXPORTER ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !['', 'none', 'otlp'].includes(name));
  if (unknown.length > 0) warnings.push(`OTEL_TRACES_EXPORTER is ${unknown.join(', ')}, but only otlp is served.`);
  return warnings;
}
