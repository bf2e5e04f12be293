/** Stories of two or three sentences that end well: a hero with a trait, a hero with a wish, two heroes. */
import { a, at, table, templates, words, type Topic } from './topic';

/** What a story is about as one says it, the words that it must name, and some ways to tell it. */
interface Subject {
  about: string;
  subject: string;
  tales: string[];
}

const BEASTS = words(
  'cat dog bird bear fox rabbit mouse frog duck horse cow hen owl pig goat lamb snail',
);
const FOLK = words('girl boy king queen farmer baker');
const OBJECTS = words('boat tree star cloud train lamp shoe kite snowman moon');

/** A trait a line, and what may happen to whoever has it. */
const plotsOf = (lines: string): Record<string, string[]> =>
  Object.fromEntries(table(lines).map(([trait, ...plots]) => [trait!, plots]));

/**
 * What happens to a hero `{h}` of each trait, told of anybody who can walk: a hungry one looks for food. So a story is
 * about what was asked, and one good story cannot be told to everybody.
 */
const PLOTS = plotsOf(`
  brave|A wolf came, but the {h} did not run.|The {h} went into the dark cave and found a friend.|In the storm the {h} saved us all.
  little|Nobody saw the {h} hide in a cup.|The {h} rode on a leaf down the river.|One day the {h} grew as tall as the door.
  sad|A friend gave the {h} a big warm hug.|Then the {h} heard a funny song and laughed.|Someone sat down by the {h}, and they talked.
  happy|The {h} sang and danced in the grass.|The {h} smiled at everyone, and they smiled back.|The {h} found a red ball and played all day.
  lazy|The {h} stayed in bed and saw nothing.|The {h} let the wind carry the bag home.|The {h} had to work when it was cold.
  kind|The {h} gave a warm coat to a cold bird.|The {h} shared some bread with a small ant.|The {h} helped an old man on the road.
  lost|The {h} followed the stars and came home.|An owl showed the {h} the way back.|Mother called, and the {h} ran to her.
  hungry|The {h} found a cake and ate it all.|The {h} came to a farm and had some soup.|The {h} picked some apples and ate them.
  shy|The {h} hid, but a girl said hello.|One day the {h} said hello and had a friend.|Nobody knew that the {h} could sing so well.
  old|The {h} told the children about long ago.|Each evening the {h} sat by the warm fire.|The {h} remembered a game and played once more.
  clever|The {h} made a bridge out of a fallen tree.|The {h} hid the key under a stone.|The {h} fooled the wolf with a trick.
  sleepy|The {h} went to bed before the moon was up.|The {h} went to sleep, and all was quiet.|The {h} slept in the hay all day.
`);
/** Told of things, which stay where they are. */
const STILL_PLOTS = plotsOf(`
  little|A girl saw the {h} and loved it.|Next to the big ones the {h} was proud, too.
  sad|A bird sat by the {h} and sang to it.|A boy was kind to the {h} every day.
  happy|Two children waved, and the {h} was glad.|Everyone in town came to see the {h}.
  old|People told many tales about the {h}.|It was new once, but now the {h} could rest.
  lonely|Then a cat came to live by the {h}.|At last someone stopped and talked to the {h}.
`);
const OPENINGS = ['Once there was', 'There was once', 'Long ago there lived'];
const STILL_OPENINGS = ['Once there was', 'There was once', 'Long ago there was'];

const withTrait = [...BEASTS, ...FOLK].flatMap((hero, h) =>
  Object.entries(PLOTS).map(([trait, plots], t) => ({
    hero,
    trait,
    plots,
    openings: OPENINGS,
    i: h + t,
  })),
);
const stillWithTrait = OBJECTS.flatMap((hero, h) =>
  Object.entries(STILL_PLOTS).map(([trait, plots], t) => ({
    hero,
    trait,
    plots,
    openings: STILL_OPENINGS,
    i: h + t,
  })),
);
const OF_A_TRAIT: Subject[] = [...withTrait, ...stillWithTrait].map(
  ({ hero, trait, plots, openings, i }) => ({
    about: `${a(trait)} ${hero}`,
    subject: `${trait} ${hero}`,
    tales: plots.map(
      (plot, k) => `${at(openings, i + k)} ${a(trait)} ${hero}. ${plot.replaceAll('{h}', hero)}`,
    ),
  }),
);

/** who … | word that the story must name | a tale | another */
const DEEDS = table(`
  could not sleep|sleep|The {h} could not sleep. A friend sang a song, and soon all was quiet.|A {h} could not sleep, so the moon came near and told a story. Good night!
  lost a shoe|shoe|A {h} lost a shoe. A mouse was asleep in it, so they shared it.|The {h} lost a shoe in the mud. A friend found it and washed it.
  wanted to fly|fly|The {h} wanted to fly. The birds made a swing, and up they went.|A {h} wanted to fly. The wind was strong that day. "I did it!"
  found a star|star|A {h} found a star in the grass. Together they took it back to the sky.|The {h} found a star. It was cold, so it got a warm bed.
  was afraid of the dark|dark|The {h} was afraid of the dark. A small light came in. It was a friend.|A {h} was afraid of the dark. "It is only night," said the owl.
  baked a cake|cake|The {h} baked a cake. It was too big for one, so everyone came.|A {h} baked a cake for a sad friend. Soon they both smiled.
  learned to swim|swim|A {h} learned to swim. At first it was hard, and then it was fun.|The {h} learned to swim. A duck helped, and they raced to the other side.
  went to the sea|sea|The {h} went to the sea. The waves said hello, and they played all day.|A {h} went to the sea and found a shell. Now the sea sings at home, too.
  made a snowman|snowman|The {h} made a snowman. It had no nose, so a bird gave it one.|A {h} made a snowman and gave it a hat. That night it waved.
  planted a seed|seed|A {h} planted a seed. It rained and it shone, and one day there was a tree.|The {h} planted a seed and waited. In May there was a flower for each friend.
  missed the bus|bus|The {h} missed the bus. It was a nice day, so the friends walked.|A {h} missed the bus. A kind farmer stopped and said, "Come with me."
  had a birthday|birthday|The {h} had a birthday. Nobody came at first. Then they all jumped out!|A {h} had a birthday. There was cake for all, even for the ants.
`).map(([deed, word, ...tales]) => ({ deed: deed!, word: word!, tales }));

const OF_A_DEED: Subject[] = DEEDS.flatMap(({ deed, word, tales }) =>
  [...BEASTS, ...FOLK].map((hero) => ({
    about: `${a(hero)} who ${deed}`,
    subject: `${hero} ${word}`,
    tales: tales.map((tale) =>
      tale

        .replaceAll('A {h}', `A${/^[aeiou]/.test(hero) ? 'n' : ''} ${hero}`)
        .replaceAll('{h}', hero),
    ),
  })),
);

/** `{h}` and `{g}` are the two. */
const MEETINGS = [
  'The {h} had no lunch, so the {g} shared some bread. Now they eat together.',
  'The {h} and the {g} built a house of leaves. It was small, but it was theirs.',
  'A {g} fell into a hole, and the {h} got it out. "Thank you!"',
  'The {h} was sad. "Come and play," said the {g}, and they played until dark.',
  'The {h} sang, and the {g} danced. Soon all the wood was full of music.',
  'The {h} and the {g} both wanted the ball. So they took turns, and it was fun.',
];
const PAIRS: Subject[] = BEASTS.flatMap((h, i) =>
  [3, 7].map((step, k) => {
    const g = at(BEASTS, i + step);
    return {
      about: `${a(h)} and ${a(g)}`,
      subject: `${h} ${g}`,
      tales: [0, 1, 2].map((n) =>
        at(MEETINGS, i + k * 3 + n)
          .replaceAll('A {g}', `A${/^[aeiou]/.test(g) ? 'n' : ''} ${g}`)
          .replaceAll('{h}', h)
          .replaceAll('{g}', g),
      ),
    };
  }),
);

export const STORY_TOPIC: Topic<Subject> = {
  task: 'story',
  name: 'story',
  items: [...OF_A_TRAIT, ...OF_A_DEED, ...PAIRS],
  key: ({ about }) => about,
  wordings: templates(
    `
    Tell a story about {about}.
    Tell me a story about {about}.
    Write a short story about {about}.
    Do you know a story about {about}?
    Can you tell a story about {about}?
    Please tell me a tale about {about}.
    I would like to hear a story about {about}.
    Make up a story about {about}.
    Let me hear a tale of {about}.
    Give me a little story about {about}.
    Please write a tale about {about}.
    I want a bedtime story about {about}.
    I want to hear about {about}.
    Please make up a tale of {about}.
    Can I hear a short story about {about}?
    Write me a bedtime tale about {about}.
    `,
    ({ about }) => about,
  ),
  asked: 6,
  answers: ({ tales }) => tales,
  check: ({ subject }) => ({ kind: 'story', subject }),
};
