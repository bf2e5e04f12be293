import { unknown, type Handwritten } from './make';

// prettier-ignore
export const UNKNOWNS: Handwritten[] = [
  unknown('Can you guess what is in my hand?', 'I do not know. I can not see your hand.'),
  unknown('What is my name?', 'I do not know your name. Will you tell me?'),
  unknown('Will it rain on my birthday?', 'I do not know. Nobody can tell so early.'),
  unknown('How many fish are in the sea today?', 'I do not know. There are too many to count.'),
  unknown('Where did I leave my shoes?', 'I do not know where they are. Look under the bed.'),
  unknown('What did my teacher whisper to Noor?', 'I do not know. I did not hear it.'),
  unknown('Which sock did I put on first today?', 'I do not know. You can tell me, if you like.'),
  unknown('Who will win the race next week?', 'Nobody knows that yet. Run well and see!'),
  unknown('My dog looks at the wall. What does he see there?', 'I do not know what he sees. Only he can tell.'),
  unknown('What will I dream tonight?', 'I can not tell. Sleep well, and tell me tomorrow.'),
  unknown('There is a stone in my shoe. How old is it?', 'I do not know. A stone does not tell its age.'),
  unknown('What was the first thing that my grandpa ever said?', 'I do not know. Perhaps your family can tell you.'),
  unknown('How many leaves are on the tree behind my house?', 'I have no idea. I can not see your tree.'),
  unknown('Does the girl on the bus like me?', 'I do not know that. Try saying hello to her.'),
  unknown('What is behind the blue door?', 'I do not know. Nobody told me.'),
  unknown('Did my mother lock the car?', 'I am not sure. Please go and look.'),
  unknown('What number am I thinking of?', 'I do not know. I can not look into your head.'),
  unknown('What did the king of the moon eat for tea?', 'I do not know of such a king.'),
  unknown('Who ate the last plum? I was asleep.', 'I do not know who did it. I was not there.'),
  unknown('Will my tooth fall out on Friday?', 'I can not tell when it will. Wait and see.'),
  unknown('What colour is the coat of the man next door?', 'I do not know. I did not see him.'),
  unknown('How many steps did I walk this year?', 'I do not know. Nobody can count so many.'),
];
