import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Download, FileSearch, Undo2 } from 'lucide-react';
import { Link, useLocation, useNavigate } from 'react-router';
import { problemText } from '../../../lib/problem-text.js';
import type { Job } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { Allowed } from '../../../lib/permission.js';
import { saveFile } from '../../../lib/save-file.js';
import { useText } from '../../../texts/use-text.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Notice } from '../../../ui/notice.js';
import { useUndoRestore } from '../api/undo-restore.js';
import { readReport, reportAsCsv } from '../read-report.js';
import { PlanSummary } from './plan-summary.js';

/** What a restore did, to be read, taken along, or taken back. */
export function RestoreReportView({ job }: { job: Job }) {
  const { t } = useText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [asking, ask] = useDisclosure(false);
  const undo = useUndoRestore();
  const report = readReport(job.report);
  return (
    <>
      {report && <PlanSummary plan={report.tables} mode={report.mode} done />}
      {undo.isError && (
        <Notice tone="bad" title={t('undo.refused')} live>
          {problemText(t, undo.error)}
        </Notice>
      )}
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 10 }}>
        {report && (
          <Button
            variant="default"
            leftSection={<Download size={18} aria-hidden />}
            onClick={() =>
              saveFile(`restore-${job.job_id}.csv`, 'text/csv;charset=utf-8', reportAsCsv(report))
            }
          >
            {t('report.download')}
          </Button>
        )}
        {pathname !== paths.job(job.job_id) && (
          <Button
            component={Link}
            to={paths.job(job.job_id)}
            variant="default"
            leftSection={<FileSearch size={18} aria-hidden />}
          >
            {t('toast.details')}
          </Button>
        )}
        {job.safety_backup_id !== null && job.state === 'success' && (
          <Allowed permission="backup.add_restorejob">
            <Button
              variant="default"
              leftSection={<Undo2 size={18} aria-hidden />}
              loading={undo.isPending}
              onClick={ask.open}
            >
              {t('undo.button')}
            </Button>
          </Allowed>
        )}
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('undo.title')}
        confirm={t('undo.confirm')}
        danger
        busy={undo.isPending}
        onClose={ask.close}
        onConfirm={() =>
          undo.mutate(job.job_id, {
            onSuccess: started => {
              ask.close();
              void navigate(paths.job(started.job_id));
            },
            onError: ask.close,
          })
        }
      >
        {t('undo.text')}
      </ConfirmDialog>
    </>
  );
}
