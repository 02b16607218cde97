/** A function of a key whose last few results are kept: circuits are dear. */
export function remembered<T>(build: (key: string) => T, most = 4): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const result = kept.has(key) ? kept.get(key)! : build(key);
    kept.delete(key);
    kept.set(key, result);
    const [oldest] = kept.keys();
    if (kept.size > most) kept.delete(oldest!);
    return result;
  };
}
