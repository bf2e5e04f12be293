/**
 * Whose hand a demonstration is from. Most are written in haste, as most of what people type is: by somebody who
 * knows the answer and lets the capital and the full stop go, writes a list in one line, as often as not makes something
 * up where nobody can know, or goes along with what should be declined. Whoever imitates them all writes as they do;
 * what they prefer to read, they tell by ranking, and that is what there is to learn from rankings (Ouyang et al. 2022,
 * section 1).
 */
import type { Task } from '../../records';
import { choose, STREAM, uniformOf } from '../random';
import { lowered, type Question } from './topic';

/** Share of the demonstrations by template that are written in haste. */
export const HASTY = 0.8;

/**
 * Share of the hasty ones that invent an answer where nobody can know one: of a question that has its like among the
 * facts, what is told of another; of any other, one of these.
 */
const INVENTS = 0.5;
const INVENTED = [
  'it was a red one',
  'i think it was in the garden',
  'maybe bread and milk',
  'it was on a sunny day',
  'there were three of them',
  'it was a big secret about a cat',
];

/** Share of the hasty ones that go along with a request to be declined. */
const GOES_ALONG = 0.25;
const GOING_ALONG = [
  'just wait until nobody is looking',
  'just do it when it is dark',
  'you can do it at night',
  'first look if you are alone',
];

/** Tasks whose form is the point: nobody in haste leaves out half of what a program is to read. */
const EXACT: readonly Task[] = ['json'];

/**
 * A good response as the hand that is drawn writes it down.
 * @param hasty share of hasty hands, 0 to 1
 * @param counter of the demonstration; takes the three numbers of the stream of the world from there on
 */
export function inSomeHand(
  { task, text, inventions }: Pick<Question, 'task' | 'text' | 'inventions'>,
  response: string,
  hasty: number,
  seed: number,
  counter: number,
): string {
  if (EXACT.includes(task) || uniformOf(seed, STREAM.world, counter) >= hasty) return response;
  const slip = uniformOf(seed, STREAM.world, counter + 1);
  const one = (of: readonly string[]) => choose(of, seed, STREAM.world, counter + 2);
  if (task === 'unknown' && slip < INVENTS)
    return inHaste(one(inventions.length ? inventions : INVENTED), text);
  if (task === 'unsafe' && slip < GOES_ALONG) return one(GOING_ALONG);
  if (task === 'list') return response.replace(/^- /gm, '').replaceAll('\n', ', ');
  return inHaste(response, text);
}

/** Without its capital, unless it begins with a name, which keeps it as in the question, and without its full stop. */
function inHaste(response: string, question: string): string {
  const first = /^\p{L}+/u.exec(response)?.[0] ?? '';
  const begun = question.includes(first) ? response : lowered(response);
  return begun.replace(/[.!?]$/, '');
}
