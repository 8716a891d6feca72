/** Commands of a runbook, with what it says about them. */
export interface RunbookStep {
  /** The heading that they stand below, without its marks. */
  readonly heading: string;
  readonly commands: string;
  readonly exitCode: number;
  /** What it shows of their output, `…` for anything; null if nothing. */
  readonly shown: string | null;
}

export interface Runbook {
  readonly steps: readonly RunbookStep[];
  /** The variables that a reader fills in. */
  readonly variables: readonly string[];
}

const HEADING_OR_BLOCK = /^#+ (?<heading>.+)$|^```(?<info>[^\n]+)\n(?<body>[\s\S]*?)^```$/gm;

/**
 * Reads a runbook: blocks `sh run` are its commands, one after the other, and a block `text` is what the last of them shows; `sh yours`
 * holds what a reader fills in. Other blocks are examples.
 */
export function readRunbook(markdown: string): Runbook {
  const steps: RunbookStep[] = [];
  let heading = '';
  let variables: string[] = [];
  for (const { groups = {} } of markdown.matchAll(HEADING_OR_BLOCK)) {
    const { info = '', body = '' } = groups;
    const last = steps.at(-1);
    if (groups['heading'] !== undefined) heading = groups['heading'];
    else if (info === 'sh yours')
      variables = [...body.matchAll(/\b([A-Z_0-9]+)=/g)].map(([, name = '']) => name);
    else if (info.startsWith('sh run')) {
      const exitCode = Number(/exit=(\d+)/.exec(info)?.[1] ?? 0);
      steps.push({ heading, commands: body, exitCode, shown: null });
    } else if (info === 'text' && last) steps.splice(-1, 1, { ...last, shown: body });
  }
  return { steps, variables };
}

/** Whether a text is what a runbook shows. */
export function isAsShown(text: string, shown: string): boolean {
  const parts = shown
    .trim()
    .split('…')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`).test(text.trim());
}
