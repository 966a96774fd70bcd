import type { Core } from '../../core/core.ts';
import type { Clock, PasswordDecryption } from '../../core/ground/ports.ts';
import type { ConsoleDoor } from '../callers/console-door.ts';
import type { Limits } from '../limits/limits.ts';
import type { UnknownCodes } from '../limits/unknown-codes.ts';
import type { FailureParts } from './errors.ts';

/** What routes work with: core's use cases, and what stands around them. Each takes the few it needs out of it. */
export interface Parts extends Core, FailureParts {
  limits: Limits;
  consoleDoor: ConsoleDoor;
  unknownCodes: UnknownCodes;
  clock: Clock;
  passwordDecryption: PasswordDecryption;
  /** Without a slash at its end. */
  publicUrl: string;
  /** The address of the PNG of a QR code (wire 2.9). */
  imageUrl(qrcodeId: string): string;
  version: string;
}
