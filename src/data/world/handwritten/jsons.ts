import { json, type Handwritten } from './make';

// prettier-ignore
export const JSONS: Handwritten[] = [
  json('Here is Bo. He is a dog. Name and animal as JSON, please.', { name: 'Bo', animal: 'dog' }, '{"name": "Bo", "animal": "dog"}'),
  json('The cup is blue. I need thing and colour in JSON.', { thing: 'cup', colour: 'blue' }, '{"thing": "cup", "colour": "blue"}'),
  json('Ella lives in Rome. JSON with name and town, please.', { name: 'Ella', town: 'Rome' }, '{"name": "Ella", "town": "Rome"}'),
  json('I bought six eggs. Make JSON with food and number.', { food: 'eggs', number: 'six' }, '{"food": "eggs", "number": "six"}'),
  json('We meet on Monday in the park. As JSON: day, place.', { day: 'Monday', place: 'park' }, '{"day": "Monday", "place": "park"}'),
  json('Could this be JSON? Musa plays the drum. Use name and toy.', { name: 'Musa', toy: 'drum' }, '{"name": "Musa", "toy": "drum"}'),
  json('My computer only reads JSON. Tell it the pet and the food: the cat likes fish.', { pet: 'cat', food: 'fish' }, '{"pet": "cat", "food": "fish"}'),
  json('JSON with just the name: I am Vera and I like tea.', { name: 'Vera' }, '{"name": "Vera"}'),
  json('The bus to the sea leaves at nine. Put place and time in JSON.', { place: 'sea', time: 'nine' }, '{"place": "sea", "time": "nine"}'),
  json('Note as JSON with who and what: Hugo lost a tooth.', { who: 'Hugo', what: 'tooth' }, '{"who": "Hugo", "what": "tooth"}'),
  json('A lemon is sour. JSON, with fruit and taste.', { fruit: 'lemon', taste: 'sour' }, '{"fruit": "lemon", "taste": "sour"}'),
  json('Dina has a green bike. The keys are colour and thing. JSON!', { colour: 'green', thing: 'bike' }, '{"colour": "green", "thing": "bike"}'),
  json('It is cold and it snows. I want JSON with weather only.', { weather: 'snow' }, '{"weather": "snow"}'),
  json('Write my order as JSON (drink, cake): one tea and one plum cake.', { drink: 'tea', cake: 'plum' }, '{"drink": "tea", "cake": "plum"}'),
  json('Room two is for Asha. Turn room and guest into JSON.', { room: 'two', guest: 'Asha' }, '{"room": "two", "guest": "Asha"}'),
  json('The owl sleeps by day. Animal and sleeps, as JSON.', { animal: 'owl', sleeps: 'day' }, '{"animal": "owl", "sleeps": "day"}'),
  json('From the letter "Dear Lin, love, Otto" make JSON with to and from.', { to: 'Lin', from: 'Otto' }, '{"to": "Lin", "from": "Otto"}'),
  json('Book: The Red Hen. Pages: ten. Give book and pages in JSON.', { book: 'The Red Hen', pages: 'ten' }, '{"book": "The Red Hen", "pages": "ten"}'),
];
