import { RebuildCatalog } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import type { Outcome } from '../output.js';
import { counted } from '../terminal/quantity.js';
import { SatchelCommand } from './satchel-command.js';

@SubCommand({
  name: 'rebuild',
  description: 'learn from the manifests in BACKUP_DIR which backups there are; after the catalog was lost',
})
export class CatalogRebuildCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system catalog rebuild', 'backup_system catalog rebuild --json'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    const result = await installation.get(RebuildCatalog).run(this.session.runOptions());
    const { location, added, updated, unchanged, warnings } = result;
    return {
      message: `The catalog knows the ${counted(added + updated + unchanged, 'backup')} in ${location}.`,
      text: `  ${added} added, ${updated} updated, ${unchanged} unchanged`,
      data: { location, added, updated, unchanged },
      warnings,
    };
  }
}
