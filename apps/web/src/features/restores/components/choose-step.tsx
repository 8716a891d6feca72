import { Button } from '@mantine/core';
import { FileUp, Upload } from 'lucide-react';
import { useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { useCan } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { useMaxFileBytes } from '../api/get-limits.js';
import { checkFile } from '../check-file.js';
import type { FileProblem } from '../check-file.js';
import type { RestoreSource } from '../wizard-state.js';
import classes from './choose-step.module.css';
import { StoredBackups } from './stored-backups.js';

/** Which backup? A file from this computer, or one that is stored. */
export function ChooseStep({ onChoose }: { onChoose: (source: RestoreSource) => void }) {
  const { t } = useText();
  const can = useCan();
  return (
    <div className={classes['choices']}>
      <Panel title={t('restore.fromFile')}>
        <FileDrop onFile={file => onChoose({ from: 'file', file })} />
      </Panel>
      {can('backup.view_backupjob') && (
        <Panel title={t('restore.fromHistory')} hint={t('restore.fromHistoryHint')}>
          <StoredBackups onChoose={backupId => onChoose({ from: 'backup', backupId })} />
        </Panel>
      )}
    </div>
  );
}

function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const { t, format } = useText();
  const maxBytes = useMaxFileBytes();
  const [refused, setRefused] = useState<{ problem: FileProblem | 'several'; file: File | null } | null>(
    null,
  );
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    multiple: false,
    noClick: true,
    noKeyboard: true,
    onDrop: (files, rejections) => {
      const [file] = files;
      if (file === undefined || rejections.length > 0) {
        setRefused({ problem: 'several', file: null });
        return;
      }
      void checkFile(file, maxBytes).then(problem => {
        setRefused(problem === null ? null : { problem, file });
        if (problem === null) onFile(file);
      });
    },
  });
  return (
    <div className={classes['dropArea']}>
      <div {...getRootProps()} className={cx(classes['drop'], isDragActive && classes['active'])}>
        <input {...getInputProps({ 'aria-label': t('restore.file') })} />
        <span className={classes['icon']}>
          <FileUp size={28} aria-hidden />
        </span>
        <p className={classes['dropTitle']}>{t(isDragActive ? 'restore.dropNow' : 'restore.drop')}</p>
        <p className={classes['dropHint']}>
          {t('restore.kinds')}
          {maxBytes !== null && ` ${t('restore.limit', { size: format.bytes(maxBytes) })}`}
        </p>
        <Button variant="gradient" leftSection={<Upload size={18} aria-hidden />} onClick={open}>
          {t('restore.chooseFile')}
        </Button>
      </div>
      {refused && (
        <Notice tone="bad" title={t('restore.fileRefused')} live>
          {reason(refused)}
        </Notice>
      )}
    </div>
  );

  function reason({ problem, file }: { problem: FileProblem | 'several'; file: File | null }): string {
    const name = file?.name ?? '';
    switch (problem) {
      case 'several':
        return t('restore.oneFile');
      case 'empty':
        return t('restore.emptyFile', { name });
      case 'too large':
        return t('restore.tooLarge', {
          name,
          size: format.bytes(file?.size ?? 0),
          limit: format.bytes(maxBytes ?? 0),
        });
      case 'kind':
        return t('restore.wrongKind', { name });
    }
  }
}
