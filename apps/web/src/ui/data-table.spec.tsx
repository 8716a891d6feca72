import { screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { renderPage } from '../testing/render-page.js';
import { DataTable } from './data-table.js';
import type { Column } from './data-table.js';

const drawn: string[] = [];
const COLUMNS: readonly Column<string>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: (row, selected) => {
      drawn.push(row);
      return <a href={`/${row}`}>{`${row}${selected ? ' (selected)' : ''}`}</a>;
    },
  },
];

function List() {
  const [rows, setRows] = useState<readonly string[]>(['a', 'b', 'c']);
  const [selected, setSelected] = useState('');
  return (
    <>
      <button type="button" onClick={() => setSelected('b')}>
        Select b
      </button>
      <button type="button" onClick={() => setRows(['new', 'a', 'b'])}>
        One is new
      </button>
      <button type="button" onClick={() => setRows(['d', 'e', 'f', 'g'])}>
        Next page
      </button>
      <DataTable
        caption="Letters"
        columns={COLUMNS}
        rows={rows}
        rowKey={row => row}
        selected={row => row === selected}
      />
    </>
  );
}

describe('a long table', () => {
  beforeEach(() => {
    drawn.length = 0;
  });

  it('draws anew the row that is selected, and no other', async () => {
    const { user } = renderPage(<List />);
    drawn.length = 0;
    await user.click(screen.getByRole('button', { name: 'Select b' }));
    expect(screen.getByRole('link', { name: 'b (selected)' })).toBeTruthy();
    expect(new Set(drawn)).toEqual(new Set(['b']));
  });

  it('leaves the focus with the row that has it when others come and go', async () => {
    const { user } = renderPage(<List />);
    const link = screen.getByRole('link', { name: 'a' });
    link.focus();
    await user.click(screen.getByRole('button', { name: 'One is new' }));
    expect(screen.getByRole('link', { name: 'a' })).toBe(link);
    expect(screen.getAllByRole('link').map(one => one.textContent)).toEqual(['new', 'a', 'b']);
  });

  it('writes the next page into the rows of the last', async () => {
    const { user } = renderPage(<List />);
    const first = screen.getByRole('link', { name: 'a' });
    await user.click(screen.getByRole('button', { name: 'Next page' }));
    expect(screen.getByRole('link', { name: 'd' })).toBe(first);
    expect(screen.getAllByRole('link').map(one => one.getAttribute('href'))).toEqual([
      '/d',
      '/e',
      '/f',
      '/g',
    ]);
  });
});
