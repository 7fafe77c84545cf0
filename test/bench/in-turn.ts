/** Makes so many, ten at a time: what they are made for is what is measured. */
export async function inTurn<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i += 10) {
    results.push(...(await Promise.all(Array.from({ length: Math.min(10, count - i) }, make))));
  }
  return results;
}
