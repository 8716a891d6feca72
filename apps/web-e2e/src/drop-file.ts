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
  await dropOn(page, dataTransfer);
}

/** Drops a file of zeros of a size that is never sent from here to the browser. */
export async function dropZeros(page: Page, name: string, megabytes: number): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, count]) => {
      const megabyte = new Uint8Array(1024 * 1024);
      const transfer = new DataTransfer();
      transfer.items.add(
        new File(
          Array.from({ length: count }, () => megabyte),
          fileName,
        ),
      );
      return transfer;
    },
    [name, megabytes] as const,
  );
  await dropOn(page, dataTransfer);
}

async function dropOn(page: Page, dataTransfer: unknown): Promise<void> {
  await page.getByText('Drop a backup file here').dispatchEvent('dragenter', { dataTransfer });
  await page.getByText('Let go to have a look at it').dispatchEvent('drop', { dataTransfer });
}
