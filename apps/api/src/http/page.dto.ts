import { z } from 'zod';

/** Most entries of one page. */
export const MAX_PAGE_SIZE = 200;

/** How lists are paged: `page` from 1, `page_size` entries each. */
export const PAGE_QUERY = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1).describe('From 1.'),
  page_size: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(25),
};

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.int().min(0).describe('How many match, on all pages.'),
    page: z.int(),
    page_size: z.int(),
    pages: z.int().describe('How many pages there are; at least 1.'),
  });
}

/** @returns the page's envelope data */
export function toPage<T>(
  items: readonly T[],
  total: number,
  { page, page_size }: { readonly page: number; readonly page_size: number },
) {
  return { items, total, page, page_size, pages: Math.max(1, Math.ceil(total / page_size)) };
}

export function toRange({ page, page_size }: { readonly page: number; readonly page_size: number }) {
  return { limit: page_size, offset: (page - 1) * page_size };
}
