/** Lists of what a sentence names: nothing to know, only to find, to cut and to put in the form of a list. */
import { fillingOf } from './fillers';
import { table, templates, type Topic } from './topic';

interface Inventory {
  sentence: string;
  members: string[];
}

/** sentence | what is to be listed; gaps as in fillers.ts */
const PATTERNS = table(`
  {p} has {a thing}, {a thing2} and {a thing3}.|{thing}, {thing2}, {thing3}
  {p} has {a thing} and {a thing2}.|{thing}, {thing2}
  {p} saw {a pet}, {a pet2} and {a pet3}.|{pet}, {pet2}, {pet3}
  {p} feeds the {pet} and the {pet2}.|{pet}, {pet2}
  We bought {food}, {food2} and {food3}.|{food}, {food2}, {food3}
  {p} ate {food} and {a fruit}.|{food}, {fruit}
  {p} went to the {spot}, the {room} and the {spot2}.|{spot}, {room}, {spot2}
  In the {box} there are {a thing}, {a fruit} and {a thing2}.|{thing}, {fruit}, {thing2}
  Please buy {food}, {drink} and {food2}.|{food}, {drink}, {food2}
  {p} drew {a colour} {pet} and {a colour2} {thing}.|{pet}, {thing}
  On the farm live {a pet}, {a pet2}, {a pet3} and {a pet4}.|{pet}, {pet2}, {pet3}, {pet4}
  {p} needs {a thing}, {a thing2}, {a fruit} and {food}.|{thing}, {thing2}, {fruit}, {food}
`);
/** How often each pattern is filled. */
const FILLINGS = 40;

const INVENTORIES: Inventory[] = PATTERNS.flatMap(([sentence, members], k) =>
  Array.from({ length: FILLINGS }, (_, i): Inventory => {
    const fill = fillingOf(i * 7 + k * 3);
    return { sentence: fill(sentence!), members: fill(members!).split(', ') };
  }).filter((each) => new Set(each.members).size === each.members.length),
);

export const INVENTORY_TOPIC: Topic<Inventory> = {
  task: 'list',
  name: 'inventory',
  items: INVENTORIES,
  key: ({ sentence }) => sentence,
  wordings: templates(
    `
    Write as a list: {sentence}
    {sentence} Make a list of that.
    Make this a list: {sentence}
    Turn this into a list: {sentence}
    {sentence} Write that as a list.
    List the things: {sentence}
    {sentence} Put that in a list.
    Give this as a list: {sentence}
    {sentence} Now list the things.
    I need this as a list. {sentence}
    {sentence} Show me a list.
    Please write a list. {sentence}
    Rewrite as a list: {sentence}
    {sentence} Give that as a list.
    Please make this a list: {sentence}
    {sentence} List the things, please.
    `,
    ({ sentence }) => sentence,
  ),
  asked: 4,
  answers: ({ members }) => [members.map((member) => `- ${member}`).join('\n')],
  check: ({ members }) => ({ kind: 'list', members, count: members.length }),
};
