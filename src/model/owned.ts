/** Making several owners of device memory one after the other, so that either all exist or none. */

/** Holds something on the device until it is disposed. */
export interface Owner {
  dispose(): void;
}

/**
 * What `make` returns. It wraps each owner that it makes in `own`; if one of them cannot be made, those
 * before it are disposed. Otherwise their names would stay taken, and nothing could begin again.
 */
export function makeOwned<Result>(
  make: (own: <O extends Owner | null>(owner: O) => O) => Result,
): Result {
  const owners: Owner[] = [];
  try {
    return make((owner) => {
      if (owner) owners.push(owner);
      return owner;
    });
  } catch (error) {
    for (const owner of owners) owner.dispose();
    throw error;
  }
}
