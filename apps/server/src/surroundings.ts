import type { Logger } from 'pino';
import type { ReadConfigFile } from './config/config-file.ts';
import type { Ticker } from './core/qr/watch.ts';
import type { MessageSender } from './core/sign-in/message-sender.ts';
import type { newSigningKey } from './crypto/signer.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { StoreOptions } from './stores/open.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What `compose` is given beside the configuration. */
export interface Surroundings extends Pick<StoreOptions, 'clock' | 'database' | 'databasePath'> {
  log: Logger;
  version: string;
  /** Names this node for operators. */
  node?: string;
  /** Reads the configuration file as it is now; absent: there is none. */
  readFile?: () => Promise<ReadConfigFile>;
  links: { title: string; url: string }[];
  /** Null: nothing is counted, and the stores and use cases stay unwrapped. */
  metrics?: Metrics | null;
  /** Null: nothing is traced. */
  tracing?: Tracing | null;
  /** For tests: replaces the system's ticker, and `sender` the configured senders. */
  ticker?: Ticker;
  sender?: MessageSender;
  newSigningKey?: typeof newSigningKey;
}
