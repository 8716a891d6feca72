import { useIsNarrow } from '../lib/use-is-narrow.js';
import { cx } from './cx.js';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Only for screen readers: above checkboxes and buttons. */
  readonly titleHidden?: boolean;
  readonly cell: (row: Row) => ReactNode;
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
          {rows.map(row => (
            <tr key={rowKey(row)} role="row" data-selected={selected?.(row) === true || undefined}>
              {columns.map(column => (
                <td
                  key={column.key}
                  role="cell"
                  data-label={column.title}
                  className={cx(
                    column.end === true && classes['end'],
                    column.card !== undefined && classes[column.card],
                    column.blank?.(row) === true && classes['blank'],
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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
