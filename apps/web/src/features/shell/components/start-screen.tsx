import { useText } from '../../../texts/use-text.js';
import { Brand } from '../../../ui/brand.js';

/** What stands for the moment until it is known who is there; `index.html` has the same, for the moment until there is an app. */
export function StartScreen() {
  const { t } = useText();
  return (
    <main className="start-screen" aria-busy aria-label={t('state.loading')}>
      <Brand />
      <span className="start-dots" aria-hidden>
        <i />
        <i />
        <i />
      </span>
    </main>
  );
}
