import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startTranslations } from './i18n/i18n.ts';
import { followAddress } from './state/navigation.ts';
import { startLanguage } from './state/preferences.ts';
import { startSession } from './state/session.ts';

// A file dropped beside the place meant for it would make the browser leave the page.
for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, (event) => event.preventDefault());
startTranslations(startLanguage);
followAddress();
startSession();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(<App />);
