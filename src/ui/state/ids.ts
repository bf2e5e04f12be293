/** A fresh id. `crypto.randomUUID` is missing on plain http, so the bits are drawn directly. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');
