import { Button, CopyButton } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useText } from '../texts/use-text.js';
import classes from './copy-field.module.css';

/** A line to take along, with a button that does it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useText();
  return (
    <div className={classes['field']}>
      <code className={classes['value']} aria-label={label}>
        {value}
      </code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            onClick={copy}
            leftSection={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          >
            {t(copied ? 'action.copied' : 'action.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
