import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { preferredLanguage, setLanguage } from './texts/language.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
// The texts come first, so that nothing is drawn in one language and then in another.
await setLanguage(preferredLanguage());
createRoot(root).render(<App />);
