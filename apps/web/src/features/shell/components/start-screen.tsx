import { Loader } from '@mantine/core';
import { useText } from '../../../texts/use-text.js';
import classes from './start-screen.module.css';

/** What stands for the moment until it is known who is there. */
export function StartScreen() {
  const { t } = useText();
  return (
    <main className={classes['screen']} aria-busy aria-label={t('state.loading')}>
      <Loader type="dots" />
    </main>
  );
}
