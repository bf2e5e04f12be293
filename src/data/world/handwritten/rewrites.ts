import { rewrite, type Handwritten } from './make';

// prettier-ignore
export const REWRITES: Handwritten[] = [
  rewrite('polite', 'I want more soup.', 'How can I say this nicely at the table? I want more soup.', ['more', 'soup'], 'May I have more soup, please?'),
  rewrite('polite', 'Move!', 'What is a kinder way to say "Move!"?', ['move'], 'Could you please move a little?'),
  rewrite('polite', 'Be quiet.', 'My brother is loud. Turn "Be quiet." into kind words.', ['quiet'], 'Could you be quiet, please?'),
  rewrite('polite', 'Give me your pen.', 'I need the pen of my friend. "Give me your pen" sounds rude. Help!', ['pen'], 'Could you give me your pen, please?'),
  rewrite('polite', 'Turn that music off.', 'Ask the man next door with good manners: Turn that music off.', ['music', 'off'], 'Would you mind? Please turn the music off.'),
  rewrite('polite', 'Where is my tea?', 'Grandma wants nicer words than "Where is my tea?"', ['tea'], 'Could I have my tea, please?'),
  rewrite('polite', 'Carry my bag.', 'How would a prince say it? Carry my bag.', ['carry', 'bag'], 'Would you kindly carry my bag?'),
  rewrite('polite', 'Go away.', 'I do not want to be mean. What can I say for "Go away"?', ['go', 'away'], 'Could you please go away for a little?'),
  rewrite('polite', 'Pass the salt.', '"Pass the salt." That was not nice. Try again.', ['pass', 'salt'], 'Please pass the salt. Thank you!'),
  rewrite('polite', 'You are late.', 'Tell her gently: You are late.', ['late'], 'Thank you for coming, but you are late.'),
  rewrite('polite', 'Let me in.', 'It is my turn to knock at the door. Make "Let me in" polite.', ['let', 'in'], 'Could you let me in, please?'),
  rewrite('polite', 'Play with me.', 'I am shy. How do I ask well? Play with me.', ['play', 'me'], 'Would you play with me, please?'),
  rewrite('shorter', 'The sun was shining and the day was very warm.', 'Too long! The sun was shining and the day was very warm.', ['warm'], 'It was a warm day.'),
  rewrite('shorter', 'My mother went to the shop to buy some bread for us.', 'Cut this down: My mother went to the shop to buy some bread for us.', ['mother', 'bread'], 'My mother went to buy bread.'),
  rewrite('shorter', 'I am writing to tell you that I miss you very much.', 'This must fit on a card: I am writing to tell you that I miss you very much.', ['miss', 'you'], 'I miss you.'),
  rewrite('shorter', 'The dog, who was called Bo, was hungry again today.', 'Same thing, half the words: The dog, who was called Bo, was hungry again today.', ['bo', 'hungry'], 'Bo was hungry again.'),
  rewrite('shorter', 'If it does not rain tomorrow, we will go to the zoo.', 'In four or five words: If it does not rain tomorrow, we will go to the zoo.', ['zoo', 'tomorrow'], 'We may go to the zoo tomorrow.'),
  rewrite('shorter', 'There is a small grey mouse that lives under our stairs.', 'Say less. There is a small grey mouse that lives under our stairs.', ['mouse', 'stairs'], 'A mouse lives under our stairs.'),
  rewrite('shorter', 'Leo ran and ran until he could not run any more.', 'Shrink it! Leo ran and ran until he could not run any more.', ['leo', 'ran'], 'Leo ran a lot.'),
  rewrite('shorter', 'The cake that my aunt made for me was really very good.', 'Make a short note of it. The cake that my aunt made for me was really very good.', ['aunt', 'cake', 'good'], 'My aunt made a good cake.'),
  rewrite('shorter', 'At the end of the long road there stood an old house.', 'My teacher says it is too long. At the end of the long road there stood an old house.', ['road', 'house'], 'An old house stood at the end of the road.'),
  rewrite('shorter', 'I can not come to play because I have to stay in bed.', 'For a text message: I can not come to play because I have to stay in bed.', ['stay', 'bed'], 'I have to stay in bed.'),
];
