/**
 * Waits for a promise until a time is up or a signal aborts; the promise itself goes on. Rejects with what the promise rejects with,
 * also where nobody waits any more: then it is heard by nobody and is no unhandled rejection.
 */
export async function waitFor(promise: Promise<unknown>, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<'done' | 'timeout' | 'aborted'> {
  const early = Promise.withResolvers<'timeout' | 'aborted'>();
  const timer = setTimeout(() => early.resolve('timeout'), Math.max(0, timeoutMs));
  const onAbort = (): void => early.resolve('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise.then((): 'done' => 'done'), early.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
