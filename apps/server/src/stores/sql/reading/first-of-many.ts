import TinyQueue from 'tinyqueue';

/**
 * The first `size` of all that is offered, in an order, whatever order they come in. The last of them is at the top of a heap: an offer
 * costs a few comparisons however many are kept, so that no reader stops to sort them all.
 */
export function createFirstOfMany<Item>(size: number, compare: (one: Item, other: Item) => number) {
  const kept = new TinyQueue<Item>([], (one, other) => compare(other, one));

  return {
    offer(item: Item): void {
      if (kept.length < size) kept.push(item);
      else if (size > 0 && compare(item, kept.peek() as Item) < 0) {
        kept.pop();
        kept.push(item);
      }
    },
    /** Those behind the first `offset`, in order; they are kept no longer. */
    takeBehind(offset: number): Item[] {
      const taken: Item[] = [];
      while (kept.length > offset) taken.push(kept.pop() as Item);
      return taken.reverse();
    },
  };
}
