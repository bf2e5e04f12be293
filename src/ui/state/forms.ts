/** The questions of the labelers' form, for the screens. */
export { OVERALL, YES_NO } from '../../data/instruct-form';
