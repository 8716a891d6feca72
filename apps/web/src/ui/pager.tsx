import { Group, Pagination, Select, Text } from '@mantine/core';
import { memo } from 'react';
import { PAGE_SIZES } from '../lib/page-sizes.js';
import { useText } from '../texts/use-text.js';

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly pageSize: number;
  readonly onPage: (page: number) => void;
  readonly onPageSize: (size: number) => void;
}

/** Which part of a long list is shown, and the way to the others. */
export const Pager = memo(function Pager({ page, pages, total, pageSize, onPage, onPageSize }: PagerProps) {
  const { t } = useText();
  const from = total === 0 ? 0 : (page - 1) * pageSize + 1;
  return (
    <Group justify="space-between" gap="sm" p="md" component="nav" aria-label={t('pager.label')}>
      <Text size="sm" c="dimmed" role="status">
        {t('pager.range', { from, to: Math.min(total, page * pageSize), total })}
      </Text>
      <Group gap="sm">
        <Select
          aria-label={t('pager.size')}
          size="sm"
          w={88}
          allowDeselect={false}
          data={PAGE_SIZES.map(String)}
          value={String(pageSize)}
          onChange={value => value !== null && onPageSize(Number(value))}
        />
        <Pagination
          size="sm"
          value={page}
          total={pages}
          siblings={1}
          boundaries={1}
          onChange={onPage}
          getItemProps={number => ({ 'aria-label': t('pager.page', { page: number }) })}
          getControlProps={control => ({
            'aria-label': t(control === 'next' || control === 'last' ? 'pager.next' : 'pager.previous'),
          })}
        />
      </Group>
    </Group>
  );
});
