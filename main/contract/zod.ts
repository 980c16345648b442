import { config, z } from 'zod';

// In a page zod must not try to compile its parsers: the content security policy forbids it, and already the question
// whether it may would be reported as a violation. Set before the first schema is made, hence here, where all get their z.
if ('document' in globalThis) config({ jitless: true });

export { z };
