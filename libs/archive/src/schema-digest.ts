export { schemaDigest } from '@satchel/domain';
