import { expect, it } from 'vitest';
import { fromStatus, fromTaskList, residentMemoryOf } from './resident-memory.ts';

it('reads the resident set of /proc/<pid>/status', () => {
  expect(fromStatus('VmPeak:\t  999 kB\nVmHWM:\t 888 kB\nVmRSS:\t  123456 kB\nThreads: 3\n')).toBe(123_456 * 1024);
  expect(fromStatus('Name:\tkthreadd\n')).toBeNull();
});

it('reads a line of tasklist in any language', () => {
  expect(fromTaskList('"node.exe","42","Console","1","123,456 K"\r\n')).toBe(123_456 * 1024);
  expect(fromTaskList('"node.exe","42","Console","1","123.456 K"')).toBe(123_456 * 1024);
  expect(fromTaskList('INFO: No tasks are running which match the specified criteria.')).toBeNull();
});

it('sees this very process, and nothing where there is none', async () => {
  const bytes = await residentMemoryOf(process.pid);
  expect(bytes).toBeGreaterThan(process.memoryUsage.rss() / 2);
  expect(bytes).toBeLessThan(process.memoryUsage.rss() * 2);
  expect(await residentMemoryOf(2 ** 30)).toBeNull();
});
