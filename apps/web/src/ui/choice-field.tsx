import { Input, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './choice-field.module.css';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  /** What has been chosen, in a sentence. */
  readonly hint?: string;
  readonly error?: string | null;
  /** What else belongs to the choice. */
  readonly children?: ReactNode;
}

/** One of a few, all of which are seen. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, value, choices, onChange, hint, error = null, children } = props;
  const errorId = useId();
  return (
    <fieldset className={classes['field']} {...(error === null ? {} : { 'aria-describedby': errorId })}>
      <legend>{label}</legend>
      <SegmentedControl fullWidth value={value} onChange={onChange} data={[...choices]} />
      {hint !== undefined && <p className={classes['hint']}>{hint}</p>}
      {children}
      {error !== null && (
        <Input.Error id={errorId} role="alert">
          {error}
        </Input.Error>
      )}
    </fieldset>
  );
}
