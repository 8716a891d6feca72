import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';
import { useText } from '../../../texts/use-text.js';

/** Light or dark; until one has chosen, as the device says. */
export function ThemeSwitch() {
  const { t } = useText();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const Icon = dark ? Sun : Moon;
  return (
    <ActionIcon
      variant="default"
      size={36}
      aria-label={t(dark ? 'shell.lightTheme' : 'shell.darkTheme')}
      title={t(dark ? 'shell.lightTheme' : 'shell.darkTheme')}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
