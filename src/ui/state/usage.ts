/** Storage used and left, for the screens. */
export { storageUsage } from '../../storage/usage';
