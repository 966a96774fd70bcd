/**
 * The first `size` of all that is offered, in an order, whatever order they come in. A heap with the last of them at its top: an offer costs
 * a few comparisons however many are kept, so that no reader stops to sort them all.
 */
export function createFirstOfMany<Item>(size: number, compare: (one: Item, other: Item) => number) {
  const heap: Item[] = [];
  const isLater = (one: number, other: number) => compare(heap[one] as Item, heap[other] as Item) > 0;

  function swap(one: number, other: number): void {
    [heap[one], heap[other]] = [heap[other] as Item, heap[one] as Item];
  }

  function rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isLater(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  }

  function sink(): void {
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= heap.length) return;
      const later = right < heap.length && isLater(right, left) ? right : left;
      if (!isLater(later, at)) return;
      swap(at, later);
      at = later;
    }
  }

  function takeLast(): Item | undefined {
    const taken = heap[0];
    const moved = heap.pop();
    if (moved !== undefined && heap.length > 0) {
      heap[0] = moved;
      sink();
    }
    return taken;
  }

  return {
    offer(item: Item): void {
      if (heap.length < size) rise(heap.push(item) - 1);
      else if (size > 0 && compare(item, heap[0] as Item) < 0) {
        heap[0] = item;
        sink();
      }
    },
    /** Those behind the first `offset`, in order; they are kept no longer. */
    takeBehind(offset: number): Item[] {
      const taken: Item[] = [];
      while (heap.length > offset) taken.push(takeLast() as Item);
      return taken.reverse();
    },
  };
}
