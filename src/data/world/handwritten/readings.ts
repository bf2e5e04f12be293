import { read, type Handwritten } from './make';

// prettier-ignore
export const READINGS: Handwritten[] = [
  read('Nia was too small to reach the apple, so Otto got it for her.', 'Who got the apple?', ['otto'], 'Otto got the apple for her.'),
  read('The cat sat in the sun. Then it began to rain.', 'Why did the cat go in?', ['rain'], 'It began to rain.'),
  read('Max had three plums. He ate one.', 'How many are left?', ['two'], 'Two plums are left.'),
  read('The bus was full, so Asha walked to school.', 'How did she get to school?', ['walked'], 'She walked to school.'),
  read('Grandpa has two hats. The old one is grey, and the new one is green.', 'What colour is the new hat?', ['green'], 'The new hat is green.'),
  read('First we fed the hens. Then we fed the pig.', 'Who ate last?', ['pig'], 'The pig ate last.'),
  read('Ravi wanted a drum. His aunt gave him a flute.', 'What did he get?', ['flute'], 'His aunt gave him a flute.'),
  read('The door is shut, but the key is under the pot.', 'How can I get in?', ['key', 'pot'], 'Take the key from under the pot.'),
  read('Kai and Eva ran a race. Eva fell, and Kai waited for her.', 'Who fell?', ['eva'], 'Eva fell in the race.'),
  read('On Sunday the shop is closed. Today is Sunday.', 'Is the shop open today?', ['closed', 'no'], 'No, the shop is closed on Sunday.'),
  read('Mei had a cold, so she did not swim. She read a book.', 'What did Mei do?', ['read', 'book'], 'She read a book.'),
  read('The soup was too hot. Juan put some snow in it.', 'Why did he do that?', ['hot'], 'The soup was too hot.'),
  read('A wolf came to the farm. The geese made so much noise that it ran away.', 'What scared the wolf?', ['geese', 'noise'], 'The noise of the geese did.'),
  read('Sam is taller than Ada. Ada is taller than Finn.', 'Who is the tallest?', ['sam'], 'Sam is the tallest.'),
  read('The letter was for Rosa, but the wind took it to Amit.', 'Who was it for?', ['rosa'], 'The letter was for Rosa.'),
  read('There were five birds in the tree. A cat came, and all of them flew off.', 'Is a bird left in the tree?', ['no', 'none', 'flew'], 'No, all of them flew off.'),
  read('Zara has the blue cup. Ken has the red one.', 'Whose cup is red?', ['ken'], 'The red cup is for Ken.'),
  read('The bear sleeps when it snows. It snows today.', 'What does the bear do today?', ['sleeps', 'sleep'], 'The bear sleeps today.'),
  read('Lily lost her tooth in the bath and found it in her sock.', 'Where was the tooth?', ['sock'], 'The tooth was in her sock.'),
  read('It was night. The lamp went out, and Ivan lit a candle.', 'What did he light?', ['candle'], 'He lit a candle.'),
  read('Pedro planted beans in May. In July he ate them.', 'When did he plant them?', ['may'], 'He planted them in May.'),
  read('The boat has room for two. We are three.', 'Can all of us go?', ['no'], 'No, the boat has room for two.'),
];
