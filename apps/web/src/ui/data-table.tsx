import { useIsNarrow } from '../lib/use-is-narrow.js';
import { cx } from './cx.js';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { memo, useState } from 'react';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Only for screen readers: above checkboxes and buttons. */
  readonly titleHidden?: boolean;
  readonly cell: (row: Row, selected: boolean) => ReactNode;
  readonly end?: boolean;
  /** In a card on phones: its heading, the checkbox before that, the menu in the corner, a line of its own. */
  readonly card?: 'lead' | 'mark' | 'corner' | 'wide';
  /** Left out of the card where there is nothing to say. */
  readonly blank?: (row: Row) => boolean;
  readonly sortable?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

interface DataTableProps<Row> {
  readonly caption: string;
  /** Where these stay the same, so do the rows that are the same. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sorting?: Sorting;
  readonly onSort?: (by: string) => void;
  readonly selected?: (row: Row) => boolean;
}

/** Rows and columns; where there is little room, a card for each row. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, sorting, onSort, selected } = props;
  const [frame, cards] = useIsNarrow(columns.length > 2 ? Math.max(560, columns.length * 85) : 0);
  const keys = useRowKeys(rows, rowKey);
  return (
    <div className={classes['scroll']} ref={frame}>
      {/* Roles are said again because `display: block` takes them away. */}
      <table className={classes['table']} data-cards={cards || undefined} role="table" aria-label={caption}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(column => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                className={column.end === true ? classes['end'] : undefined}
                {...(sorting?.by === column.key
                  ? { 'aria-sort': sorting.order === 'asc' ? 'ascending' : 'descending' }
                  : {})}
              >
                <Heading column={column} sorting={sorting} onSort={onSort} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <TableRow key={keys[index]} row={row} columns={columns} selected={selected?.(row) === true} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly selected: boolean;
}

// The memo would forget that the row and its columns are of one type.
const TableRow = memo(DrawnRow) as typeof DrawnRow;

/** Drawn anew only when something about it is new: a page may have a hundred of them. */
function DrawnRow<Row>({ row, columns, selected }: TableRowProps<Row>) {
  return (
    <tr role="row" data-selected={selected || undefined}>
      {columns.map(column => (
        <td
          key={column.key}
          role="cell"
          // A heading that only screen readers have stands above what says itself what it is.
          data-label={column.titleHidden === true ? undefined : column.title}
          className={cx(
            column.end === true && classes['end'],
            column.card !== undefined && classes[column.card],
            column.blank?.(row) === true && classes['blank'],
          )}
        >
          {column.cell(row, selected)}
        </td>
      ))}
    </tr>
  );
}

/**
 * The keys under which rows are drawn. A row that stays keeps its own, so that what has the focus in it keeps that; where none
 * stays, as on the next page of a long list, the new ones are written into the old ones' place, which is far less work.
 */
function useRowKeys<Row>(rows: readonly Row[], rowKey: (row: Row) => string): readonly number[] {
  const ids = rows.map(rowKey);
  const [drawn, setDrawn] = useState<DrawnKeys>({ ids: [], keys: [], next: 0 });
  if (ids.length === drawn.ids.length && ids.every((id, index) => id === drawn.ids[index])) return drawn.keys;
  const now = keysFor(ids, drawn);
  setDrawn(now);
  return now.keys;
}

interface DrawnKeys {
  readonly ids: readonly string[];
  readonly keys: readonly number[];
  readonly next: number;
}

function keysFor(ids: readonly string[], last: DrawnKeys): DrawnKeys {
  let { next } = last;
  const known = new Map(last.ids.map((id, index) => [id, last.keys[index]]));
  const anyStays = ids.some(id => known.has(id));
  const keys = ids.map((id, index) => (anyStays ? known.get(id) : last.keys[index]) ?? next++);
  return { ids, keys, next };
}

interface HeadingProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((by: string) => void) | undefined;
}

function Heading<Row>({ column, sorting, onSort }: HeadingProps<Row>) {
  if (column.titleHidden === true) return <span className="visually-hidden">{column.title}</span>;
  if (column.sortable !== true || onSort === undefined) return column.title;
  const active = sorting?.by === column.key;
  const Icon = !active ? ArrowUpDown : sorting.order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      className={cx(classes['sort'], active && classes['sorted'])}
      onClick={() => onSort(column.key)}
    >
      {column.title}
      <Icon size={14} aria-hidden />
    </button>
  );
}
