import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { preferredLanguage, setLanguage } from './texts/language.js';

/** Draws the app. The texts come first, so that nothing is drawn in one language and then in another. */
export async function mount(): Promise<void> {
  await wholePage();
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no element with the id "root"');
  await setLanguage(preferredLanguage());
  createRoot(root).render(<App />);
}

/** The script that asks for this one does not wait for the end of the page. */
async function wholePage(): Promise<void> {
  if (document.readyState !== 'loading') return;
  await new Promise(resolve => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}
