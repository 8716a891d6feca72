import type { Page } from 'playwright-core';

/** Drops a file onto the page of restores, as from the desktop. */
export async function dropFile(page: Page, name: string, content: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64), character => character.codePointAt(0) ?? 0);
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], fileName));
      return transfer;
    },
    [name, content.toString('base64')] as const,
  );
  await page.getByText('Drop a backup file here').dispatchEvent('dragenter', { dataTransfer });
  await page.getByText('Let go to have a look at it').dispatchEvent('drop', { dataTransfer });
}
