import { Checkbox } from '@mantine/core';
import type { Permission } from '@satchel/api-client';
import { PERMISSIONS } from '../../../lib/contract.js';
import { useCan } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { permissionTitle } from '../permission-title.js';

interface PermissionBoxesProps {
  readonly label: string;
  readonly value: readonly Permission[];
  readonly onChange: (permissions: readonly Permission[]) => void;
  readonly disabled?: boolean;
}

/** Which of all permissions. What one does not have oneself one cannot give. */
export function PermissionBoxes({ label, value, onChange, disabled = false }: PermissionBoxesProps) {
  const { t } = useText();
  const can = useCan();
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 10 }}>
      <legend style={{ padding: 0, marginBottom: 8, fontWeight: 560 }}>{label}</legend>
      {PERMISSIONS.map(permission => (
        <Checkbox
          key={permission}
          label={permissionTitle(t, permission)}
          checked={value.includes(permission)}
          disabled={disabled || (!can(permission) && !value.includes(permission))}
          onChange={event =>
            onChange(
              event.currentTarget.checked
                ? PERMISSIONS.filter(one => one === permission || value.includes(one))
                : value.filter(one => one !== permission),
            )
          }
        />
      ))}
    </fieldset>
  );
}
