/** Names in their order. */
import { words } from './topic';

export const NUMBERS = words('one two three four five six seven eight nine ten');
export const DAYS = words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday');
export const MONTHS = words(
  'January February March April May June July August September October November December',
);
export const SEASONS = words('spring summer autumn winter');
