import { Button } from '@mantine/core';
import { CircleMinus, CirclePlus, CircleSlash, Equal, PencilLine } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import type { TablePlan } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import type { TextTools } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { DataTable } from '../../../ui/data-table.js';
import type { Column } from '../../../ui/data-table.js';
import { Panel } from '../../../ui/panel.js';
import { tableColumn, tableKey } from '../../jobs/table-column.js';
import { actionTone, changesRows, PLAN_ACTIONS, planWords, sumOf } from '../plan-words.js';
import type { PlanAction } from '../plan-words.js';
import classes from './plan-summary.module.css';

const ICONS: Readonly<Record<PlanAction, LucideIcon>> = {
  created: CirclePlus,
  updated: PencilLine,
  deleted: CircleMinus,
  skipped: CircleSlash,
  unchanged: Equal,
};

interface PlanSummaryProps {
  readonly plan: readonly TablePlan[];
  readonly mode: string | null;
  /** Whether it has been done: then it is a report. */
  readonly done?: boolean;
}

/** What a restore does, in a few sentences and then table by table. */
export function PlanSummary({ plan, mode, done = false }: PlanSummaryProps) {
  const tools = useText();
  const { t } = tools;
  const [all, setAll] = useState(false);
  const totals = sumOf(plan);
  const rows = plan
    .filter(table => PLAN_ACTIONS.some(action => table[action] > 0))
    .sort((a, b) => changesOf(b) - changesOf(a));
  const changed = rows.filter(table => changesOf(table) > 0);
  const same = rows.length - changed.length;
  const shown = all ? rows : changed;
  return (
    <Panel title={t(done ? 'plan.reportTitle' : 'plan.title')} flush>
      <div className={classes['words']}>
        {!changesRows(totals) && (
          <p className={classes['nothing']}>{t(done ? 'plan.nothingDone' : 'plan.nothing')}</p>
        )}
        <ul className={classes['lines']}>
          {PLAN_ACTIONS.map(action => {
            const words = planWords(tools, plan, action);
            if (words === null) return null;
            const Icon = ICONS[action];
            return (
              <li key={action} className={cx(classes['line'], `tone-${actionTone(action)}`)}>
                <Icon size={20} aria-hidden />
                <span>
                  <strong>{t(`plan.${action}`, { count: totals[action] })}</strong> {words}
                </span>
              </li>
            );
          })}
          {mode === 'merge' && changesRows(totals) && (
            <li className={cx(classes['line'], 'tone-ok')}>
              <Equal size={20} aria-hidden />
              <span>{t('plan.mergeKeeps')}</span>
            </li>
          )}
        </ul>
      </div>
      {shown.length > 0 && (
        <DataTable caption={t('plan.byTable')} columns={columns(tools)} rows={shown} rowKey={tableKey} />
      )}
      {same > 0 && (
        <div className={classes['more']}>
          <Button variant="subtle" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('plan.hideSame') : t('plan.showSame', { count: same })}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function columns({ t, format }: TextTools): readonly Column<TablePlan>[] {
  const count = (action: PlanAction): Column<TablePlan> => ({
    key: action,
    title: t(`column.${action}`),
    end: true,
    blank: table => table[action] === 0,
    cell: table =>
      table[action] === 0 ? (
        <span className={classes['zero']}>0</span>
      ) : (
        <span className={cx(classes['count'], `tone-${actionTone(action)}`)}>
          {format.number(table[action])}
        </span>
      ),
  });
  return [tableColumn(t), ...PLAN_ACTIONS.map(count)];
}

/** Tables that change come first, the most changed one at the top. */
function changesOf({ created, updated, deleted }: TablePlan): number {
  return created + updated + deleted;
}
