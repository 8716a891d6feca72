import { useText } from '../../../texts/use-text.js';
import { CopyField } from '../../../ui/copy-field.js';
import { Notice } from '../../../ui/notice.js';

/** A secret that is told once: to be copied now. */
export function SecretOnce({ label, secret, children }: { label: string; secret: string; children: string }) {
  const { t } = useText();
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <Notice tone="warn" title={t('secret.once')} live>
        {children}
      </Notice>
      <CopyField label={label} value={secret} />
    </div>
  );
}
