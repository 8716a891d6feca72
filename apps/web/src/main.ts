import './ui/library-styles.js';
import './ui/tokens.css';
import './ui/base.css';
import { askFirst } from './lib/first-requests.js';
import { applyFirstTheme } from './lib/first-theme.js';
import { BASE_PATH } from './lib/paths.js';
import { pageAt } from './pages.js';

// Small and alone in its file, so that it runs while the rest is still on its way: what the page needs is all asked for at once,
// not one thing after the other.
const path = location.pathname.slice(BASE_PATH.length).replace(/\/$/, '');
applyFirstTheme();
askFirst(path);
const app = import('./mount.js');
// Where this fails the router asks again, and says so.
pageAt(path)?.().catch(() => undefined);
// Not awaited here: the app's file imports this one, which would wait for itself.
void app.then(({ mount }) => mount());
