/** Lists of words that several topics draw from, in the English of children's stories. */
import { words } from './topic';

/** Names of many origins, short enough to cost few tokens. */
export const PEOPLE = words(`
  Tom Lily Max Amina Sam Mei Ben Kofi Mia Ravi Anna Omar Leo Yuki Nora Diego Ada Ivan Zara Pedro
  Ama Finn Noor Lena Kai Sara Tariq Ella Minh Rosa Jack Leila Hugo Nia Oleg Asha Paul Lin Musa Eva
  Ken Dina Amit Vera Juan Salma Otto Ines
`);

export const COLOURS = words('red blue green yellow white black brown pink orange grey');

/** What can be named, with enough members to ask for three. */
export const KINDS: Record<string, string[]> = {
  animals: words(
    'dog cat cow horse pig sheep duck bird fish frog rabbit mouse bear fox lion hen goat wolf owl bee',
  ),
  colours: COLOURS,
  fruits: words('apple banana orange pear lemon cherry grape plum peach berry strawberry melon'),
  toys: words('ball doll kite car train blocks bear drum boat puzzle'),
  days: words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'),
  numbers: words('one two three four five six seven eight nine ten'),
  clothes: words('hat coat shirt shoes socks dress scarf gloves trousers'),
  foods: words('bread soup cheese rice egg cake apple fish milk corn'),
  birds: words('duck hen owl crow swan robin parrot penguin'),
  'farm animals': words('cow horse pig sheep hen goat duck'),
  'parts of the body': words('head hand foot arm leg eye ear nose mouth'),
  'things in a house': words('bed door table chair lamp window cup bowl'),
  'things in the sky': words('sun moon star cloud bird plane rainbow'),
  drinks: words('water milk tea juice coffee cocoa'),
  vegetables: words('carrot pea potato onion corn bean tomato'),
};

export const THINGS = words('ball hat kite boat bike drum coat cup bag book box chair');
export const PETS = words('dog cat bird fish rabbit duck horse mouse');
export const HEROES = words(
  'cat dog bird bear fox rabbit mouse frog duck horse girl boy king cow hen owl',
);
