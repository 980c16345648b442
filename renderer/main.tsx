import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startTranslations } from './i18n/i18n.ts';
import { followAddress } from './state/navigation.ts';
import { startLanguage } from './state/preferences.ts';
import { startSession } from './state/session.ts';

startTranslations(startLanguage);
followAddress();
startSession();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(<App />);
