/** The text fields of a form. A field that is given several times becomes a list. */
export class FormFields {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }

  /** Without a prototype: a field may be called `__proto__`. */
  all(): Readonly<Record<string, string | readonly string[]>> {
    const fields: Record<string, string | readonly string[]> = Object.create(null) as Record<string, string>;
    for (const [name, values] of this.#values)
      fields[name] = values.length === 1 ? (values[0] ?? '') : values;
    return fields;
  }
}
