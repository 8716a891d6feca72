/** How many entries a page of a long list may have. More than these take a browser noticeably long to draw. */
export const PAGE_SIZES: readonly number[] = [25, 50, 100];

/** @returns the size that an address asks for, if it may be had; else the smallest */
export function pageSizeOf(address: URLSearchParams): number {
  const size = Number(address.get('size'));
  return PAGE_SIZES.includes(size) ? size : 25;
}
