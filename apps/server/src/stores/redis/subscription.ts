import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** How often the connection is asked whether it is alive: a subscription sends nothing, so a dead one would go unnoticed. */
const checkMs = 5_000;
const againMs = 50;
const againAtMostMs = 1_000;

/** Listens to one channel over a connection that nothing else uses, and over a new one whenever that is lost. */
export async function openSubscription(parts: {
  /** A connection, not open yet, that does not open again by itself. */
  newSubscriber(): Redis;
  channel: string;
  onMessage(message: string): void;
  /** Called when it listens again after a lost connection: messages in between were missed. */
  onBack(): void;
}): Promise<{ close(): void }> {
  const { newSubscriber, channel, onMessage, onBack } = parts;
  let subscriber: Redis | null = null;
  let isClosed = false;

  /** Resolves once it listens; `lost` resolves when that connection has ended. */
  async function listen(): Promise<{ lost: Promise<void> }> {
    const opening = newSubscriber();
    subscriber = opening;
    const check = setInterval(() => opening.ping().catch(() => {}), checkMs);
    check.unref();
    const lost = new Promise<void>((resolve) => opening.once('end', resolve)).finally(() => clearInterval(check));
    opening.on('error', () => {});
    opening.on('message', (_, message) => onMessage(message));
    try {
      await opening.connect();
      await opening.subscribe(channel);
    } catch (error) {
      opening.disconnect();
      clearInterval(check);
      throw error;
    }
    return { lost };
  }

  async function goOn({ lost }: { lost: Promise<void> }): Promise<void> {
    await lost;
    for (let attempt = 1; !isClosed; attempt++) {
      await wait(Math.min(againMs * attempt, againAtMostMs), undefined, { ref: false });
      if (isClosed) return;
      const again = await listen().catch(() => null);
      if (again === null) continue;
      onBack();
      void goOn(again);
      return;
    }
  }

  // The node asked first may be the one that a cluster has just lost.
  void goOn(await listen().catch(listen));
  return {
    close() {
      isClosed = true;
      subscriber?.disconnect();
    },
  };
}
