/** Words that fill the gaps of patterns: sentences for JSON, passages, questions. */
import { at, capital, words } from './topic';
import { PEOPLE } from './words';

/** A gap's name in a pattern, for instance `{thing}`, and what may stand there. All take "a" or "an" by sound. */
const FILLERS: Record<string, string[]> = {
  thing: words('key ball cup hat book drum kite coat lamp spoon bell pencil'),
  colour: words('red blue green yellow white black brown pink orange grey'),
  pet: words('dog cat bird rabbit duck horse mouse goat hen pig'),
  fruit: words('apple banana pear plum lemon orange peach'),
  food: words('soup bread rice cheese cake fish corn'),
  drink: words('milk tea water juice cocoa'),
  room: words('kitchen garden barn shop hall shed'),
  box: words('box bag pot tin drawer basket'),
  spot: words('park lake river forest beach market'),
  number: words('two three four five six seven eight nine ten'),
  day: words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'),
  time: words('one two three four five six seven eight nine ten'),
  vehicle: words('bus train boat bike car'),
  weather: words('rain snow wind fog'),
  mood: words('happy sad tired angry proud hungry'),
  job: words('baker farmer doctor teacher singer painter driver'),
  game: words('chess tag football cards'),
};

/**
 * A pattern filled for the i-th time: `{p}` and `{q}` are two people, `{thing}` a word of that list and
 * `{thing2}` and `{thing3}` others; `{a thing}` has its article. Different lists step differently, so that what goes
 * with what changes from one filling to the next.
 */
export function fillingOf(i: number): (text: string) => string {
  const valueOf = (gap: string): string => {
    if (gap === 'p') return at(PEOPLE, i);
    if (gap === 'q') return at(PEOPLE, i + 17);
    const copy = /\d$/.exec(gap)?.[0];
    const name = copy ? gap.slice(0, -1) : gap;
    const list = FILLERS[name];
    if (!list) throw new Error(`The pattern has a gap {${gap}}, for which there is no list.`);
    const step = Object.keys(FILLERS).indexOf(name);
    return at(list, i + Math.floor((i * (step + 1)) / 3) + (copy ? 2 * Number(copy) - 2 : 0));
  };
  const fill = (_: string, upper: string | undefined, article: string | undefined, gap: string) => {
    const word = valueOf(gap);
    const filled = article ? `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}` : word;
    return upper ? capital(filled) : filled;
  };
  return (text) => text.replace(/\{(\^)?(a )?([a-z0-9]+)\}/g, fill);
}
