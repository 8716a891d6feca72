import type { ServiceName } from '../../lib/contract.js';
import type { Translate } from '../../texts/use-text.js';

/** The name of a part of the system, for people. */
export function serviceTitle(t: Translate, name: ServiceName): string {
  switch (name) {
    case 'database':
      return t('service.database');
    case 'catalog':
      return t('service.catalog');
    case 'storage':
      return t('service.storage');
    case 'queue':
      return t('service.queue');
    case 'workers':
      return t('service.workers');
  }
}
