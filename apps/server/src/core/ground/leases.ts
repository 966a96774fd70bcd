/** What one node does for all, while it holds the lease of that name. */
export interface Lease {
  name: string;
  holder: string;
  ms: number;
}

export interface LeaseStore {
  /** Takes or renews the lease from `now` on; false while another holder has it. Of those that race, one gets it. */
  take(lease: Lease, now: number): Promise<boolean>;
  giveBack(lease: Pick<Lease, 'name' | 'holder'>): Promise<void>;
}
