import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { startDemo } from '@passbeam/demo';
import pino, { type Logger } from 'pino';
import { compose, type Passbeam } from './compose.ts';
import { type Config, loadConfig } from './config/config.ts';
import { readConfigFile } from './config/config-file.ts';
import { appLinkWarnings } from './core/directory/app-links.ts';
import { takeLeave } from './http/callers/leaving.ts';
import { capConnections } from './http/limits/connections.ts';
import { createConsoleServer } from './http/server/console-port.ts';
import { boundSockets } from './http/server/sockets/bound-sockets.ts';
import { serveMetrics } from './metrics/server.ts';
import { dataLeftBehind } from './move/data-left-behind.ts';
import { announcement } from './process/announcement.ts';
import { builtFolders } from './process/built-packages.ts';
import { LogOutput, standardOutput } from './process/log-output.ts';
import { droppedLine, loggerOptions } from './process/logging.ts';
import { settlePorts } from './process/settle-ports.ts';
import { startFailure } from './process/start-failure.ts';
import { demoOrigins, framed } from './seed/demo.ts';
import { applyAgain, type SeedWorld, seed } from './seed/seed.ts';
import { asksForTraces, tracingWarnings } from './tracing/asks-for-traces.ts';

/** The process: read the environment, compose, listen, end cleanly on a signal. */
const stopWithinMs = 10_000;
/** How long the stores may take to close after the last connection. */
const closingMs = 1_000;
/** How long the last log lines may wait to be read. */
const lastLinesMs = 500;
/** A signal to the process group arrives twice, directly and through npm. Only a later one means "stop at once". */
const sameSignalMs = 1_000;

let config: Config | null = null;

async function main(): Promise<void> {
  // The reader of standard error may go away before the server ends.
  process.stderr.on('error', () => {});
  config = loadConfig(process.env);
  config = await settlePorts(config);
  await run(config);
}

async function run(config: Config): Promise<void> {
  const node = config.nodeName ?? `${hostname()}:${process.pid}`;
  const output = new LogOutput(standardOutput(), (dropped) => droppedLine(dropped, node));
  const log = pino(loggerOptions(config.logLevel, node), output);
  const version = await versionOf();
  const [demoUrl] = demoOrigins(config);
  const links = [
    ...(config.demo
      ? [
          { title: 'Demo web site', url: `${demoUrl}/` },
          { title: 'Demo phone', url: `${demoUrl}/phone` },
        ]
      : []),
    ...(config.docs ? [{ title: 'API reference', url: `${config.publicUrl}/docs` }] : []),
  ];
  for (const warning of [...config.warnings, ...tracingWarnings(process.env)]) log.warn(warning);

  const { widgetFolder, hostedPageFolder, consoleFolder } = builtFolders;
  if (!existsSync(widgetFolder)) {
    throw new Error(`the widget is not in ${widgetFolder}. Build it: npm run build -w packages/widget`);
  }
  if (!existsSync(hostedPageFolder)) log.warn('the page at /login is not built: npm run build -w apps/hosted-page');
  if (config.console.isOn && !existsSync(consoleFolder)) {
    log.warn('the console at /console/ is not built: npm run build -w apps/console');
  }
  // The file is read before anything is made, so that a refused one leaves no data folder behind.
  const { configFile, publicUrl } = config;
  const readFile = configFile === null ? undefined : () => readConfigFile(configFile, process.env, publicUrl);
  const file = readFile === undefined ? null : await readFile();
  const tracing = asksForTraces(process.env)
    ? (await import('./tracing/open-telemetry.ts')).startTracing({ version, node, log })
    : null;
  const metrics = config.metrics && (await import('./metrics/metrics.ts')).createMetrics({ version });
  metrics?.watch({ droppedLogLines: () => output.dropped });
  const passbeam = await compose(config, { log, version, node, readFile, links, metrics, tracing });
  const leftBehind = dataLeftBehind(config, passbeam.directory);
  if (leftBehind !== null) log.warn(leftBehind);
  const seeded = await seed(config, file, { ...passbeam, node }, log);
  for (const warning of appLinkWarnings(config.publicUrl, passbeam.directory.appsThatOpenLinks())) log.warn(warning);
  const capSockets = (server: Server) => {
    if (config.rateLimits) capConnections(server, config.trustedProxies);
  };
  capSockets(passbeam.app.server);
  const metricsServer = config.metrics && metrics && (await serveMetrics(config.metrics, metrics));
  await passbeam.app.listen({ host: config.host, port: config.port });
  const consoleServer = config.console.hasOwnPort ? createConsoleServer(passbeam.app) : null;
  if (consoleServer !== null) {
    capSockets(consoleServer);
    consoleServer.listen(config.console.port, config.console.host);
    await once(consoleServer, 'listening');
  }
  const demo =
    seeded.demo === null
      ? null
      : await startDemo({
          port: config.demoPort,
          host: config.host,
          passbeamUrl: config.publicUrl,
          ...seeded.demo,
          beforeListening(server) {
            boundSockets(server);
            capSockets(server);
          },
        });
  if (config.configFile !== null) applyOnSignal(config.configFile, config.publicUrl, { ...passbeam, node }, log);
  endOnSignal(async () => {
    passbeam.beginStopping();
    log.info('stopping: finishing what is under way');
    const noticeMs = config.drainSeconds * 1000;
    consoleServer?.close();
    consoleServer?.closeIdleConnections();
    await takeLeave(passbeam.app.server, { noticeMs, graceMs: stopWithinMs - noticeMs - closingMs });
    await Promise.all([demo?.close(), passbeam.close()]);
    await Promise.all([metricsServer?.close(), tracing?.stop()]);
    await output.flush(lastLinesMs);
  });
  if (seeded.sheet !== null) process.stdout.write(`\n${seeded.sheet}\n`);
  process.stdout.write(`\n${announcement(config, links)}\n`);
  if (config.console.isOn) await tellSetUpLink(passbeam);
}

/** Until there is an administrator each start prints a link for the first one. It is no line of the log: those hold no secrets. */
async function tellSetUpLink(passbeam: Passbeam): Promise<void> {
  const link = await passbeam.consoleLinks.setUpLink();
  if (link === null) return;
  const about = 'Set up the console: this link is good once, for an hour.';
  process.stdout.write(`${framed(`${about}\n${link.url}`)}\n`);
}

/** SIGHUP: the configuration file is read and applied again. A refused one changes nothing, and the server goes on. */
function applyOnSignal(path: string, publicUrl: string, parts: SeedWorld, log: Logger): void {
  let applying = Promise.resolve();
  process.on('SIGHUP', () => {
    applying = applying
      .then(async () => applyAgain(await readConfigFile(path, process.env, publicUrl), path, parts, log))
      .catch((error: unknown) => log.error({ err: error }, 'the configuration file was not applied'));
  });
}

function endOnSignal(end: () => Promise<void>): void {
  let endingSince: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (endingSince !== null) {
        if (performance.now() - endingSince > sameSignalMs) process.exit(1);
        return;
      }
      endingSince = performance.now();
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      end().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`could not stop cleanly: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

async function versionOf(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

main().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error, config)}\n`);
  process.exit(1);
});
