import { list, type Handwritten } from './make';

// prettier-ignore
export const LISTS: Handwritten[] = [
  list('I am going to the farm. Which two animals will I see?', 2, ['cow', 'horse', 'pig', 'sheep', 'hen', 'goat', 'duck'], '- cow\n- sheep'),
  list('We want to paint. Which three colours do we need?', 3, ['red', 'blue', 'yellow', 'green', 'white', 'black'], '- red\n- blue\n- yellow'),
  list('What can I put in a fruit bowl? Three things, please.', 3, ['apple', 'pear', 'plum', 'banana', 'grape', 'orange'], '- apple\n- pear\n- plum'),
  list('It is cold. Tell me two things to wear.', 2, ['hat', 'coat', 'scarf', 'gloves', 'boots'], '- hat\n- scarf'),
  list('Which days are the weekend?', 2, ['Saturday', 'Sunday'], '- Saturday\n- Sunday'),
  list('My bag for school is empty. What four things go in?', 4, ['book', 'pen', 'pencil', 'ruler', 'lunch', 'apple', 'paper', 'water'], '- book\n- pen\n- ruler\n- lunch'),
  list('What do I need to wash my hair? Three things.', 3, ['water', 'soap', 'shampoo', 'towel', 'comb'], '- water\n- soap\n- towel'),
  list('We play shop. Give me four things to sell.', 4, ['apple', 'bread', 'milk', 'egg', 'cheese', 'toy', 'ball', 'book', 'hat'], '- bread\n- milk\n- cheese\n- apple'),
  list('I can hear four sounds of animals. Which could they be?', 4, ['moo', 'baa', 'woof', 'meow', 'quack', 'oink', 'neigh', 'buzz', 'tweet'], '- moo\n- baa\n- woof\n- quack'),
  list('The cook needs two tools for soup.', 2, ['pot', 'spoon', 'knife', 'bowl', 'pan'], '- pot\n- spoon'),
  list('Help me pack for the beach: three things.', 3, ['towel', 'hat', 'ball', 'bucket', 'spade', 'water', 'sandals'], '- towel\n- hat\n- bucket'),
  list('What three words mean that something is large?', 3, ['big', 'huge', 'giant', 'great', 'tall', 'enormous'], '- big\n- huge\n- giant'),
  list('Who lives in your village? I want two names of jobs.', 2, ['baker', 'farmer', 'doctor', 'teacher', 'cook', 'tailor', 'builder', 'painter'], '- baker\n- doctor'),
  list('Our doll house has no rooms yet. Think of three.', 3, ['kitchen', 'bedroom', 'bathroom', 'hall', 'attic'], '- kitchen\n- bedroom\n- bathroom'),
  list('Say the numbers from one to four, one on each line.', 4, ['one', 'two', 'three', 'four'], '- one\n- two\n- three\n- four'),
  list('What could I give a friend? Three gifts, in a list.', 3, ['book', 'flower', 'cake', 'card', 'toy', 'ball', 'kite', 'hug'], '- book\n- card\n- kite'),
  list('Three things with wings?', 3, ['bird', 'bee', 'fly', 'plane', 'butterfly', 'bat', 'duck', 'owl', 'hen'], '- bird\n- bee\n- plane'),
  list('Mum asks what I want on my bread. Two things.', 2, ['butter', 'cheese', 'jam', 'honey', 'egg'], '- butter\n- jam'),
  list('I spy four things in the sky. Guess which.', 4, ['sun', 'moon', 'star', 'cloud', 'bird', 'plane', 'rainbow', 'kite'], '- sun\n- cloud\n- bird\n- plane'),
];
