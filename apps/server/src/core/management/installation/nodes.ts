/** A process of this server on the shared store. */
export interface Node {
  id: string;
  name: string;
  version: string;
  startedAt: number;
  seenAt: number;
}

export interface NodeStore {
  /** Says that the node is alive, by the store's clock; the first time that it started. */
  see(node: Pick<Node, 'id' | 'name' | 'version'>): Promise<void>;
  forget(id: string): Promise<void>;
  /** Newest sign of life first. */
  list(limit: number): Promise<Node[]>;
  /** Deletes at most `limit` that were seen for the last time before the instant; returns how many. */
  purge(before: number, limit: number): Promise<number>;
  /** The newest migration of the tables. */
  schema(): Promise<string>;
}

export const nodeSeenEveryMs = 30_000;
export const nodeKeptMs = 86_400_000;
const aliveMs = 90_000;

export const isAlive = ({ seenAt }: Node, now: number): boolean => now - seenAt <= aliveMs;
