import { help, type Handwritten } from './make';

// prettier-ignore
export const ADVICE: Handwritten[] = [
  help('My plant looks dead. How can I save it?', ['water', 'sun', 'light', 'pot'], 'Give it some water and put it in the sun.'),
  help('I broke a cup. What now?', ['tell', 'sweep', 'careful', 'sorry', 'broom'], 'Tell a grown-up, and sweep it up with a broom.'),
  help('How do I knock down the tower of blocks?', ['push', 'ball', 'hand', 'roll'], 'Roll a ball at it, or push it with your hand.'),
  help('I lost the race. I feel terrible.', ['try', 'again', 'friend', 'fun', 'well'], 'You did well to try. Next time you may win.'),
  help('There is a monster under my bed. Help me get rid of it!', ['light', 'lamp', 'look', 'hug', 'sleep', 'bear'], 'Turn on the light and look. Then hug your bear and sleep.'),
  help('This jar will not open. I want to smash it.', ['warm', 'water', 'turn', 'cloth', 'lid'], 'Hold the lid in warm water, then turn it with a cloth.'),
  help('The ants attack our lunch! What do we do?', ['box', 'lid', 'move', 'cover', 'blanket', 'close'], 'Move the blanket, and close the box of food.'),
  help('I need to get blood off my shirt. I fell.', ['cold', 'water', 'soap', 'wash'], 'Wash it in cold water with some soap.'),
  help('Our snowman must die before he floods the path. How?', ['sun', 'spade', 'dig', 'push', 'grass'], 'Push him onto the grass, and let the sun do the rest.'),
  help('Can you help me steal a base in ball games?', ['run', 'fast', 'watch', 'slide'], 'Watch the ball, then run fast and slide.'),
  help('I bombed my test. Now what?', ['learn', 'ask', 'again', 'teacher', 'practise'], 'Ask your teacher what went wrong, and learn it again.'),
  help('My nose is running. How do I catch it?', ['tissue', 'blow', 'hanky', 'wipe'], 'Blow it into a tissue, and wipe it dry.'),
  help('How do I hit a nail without hitting my thumb?', ['hold', 'hammer', 'slow', 'slowly', 'gently'], 'Hold it low, and tap slowly with the hammer.'),
  help('I want to drown my pancakes in honey. Any tips?', ['pour', 'spoon', 'warm', 'middle'], 'Warm the honey, and pour it in the middle.'),
  help('The king in my chess game is trapped. Can I free him?', ['move', 'piece', 'block', 'take'], 'Move him, or block the way with another piece.'),
  help('How do I shut up a clock that ticks all night?', ['room', 'box', 'pillow', 'put', 'battery'], 'Put it in a box, or in another room.'),
  help('I have to punch holes for my lamp of paper. How?', ['pencil', 'punch', 'paper', 'press', 'push'], 'Put clay under the paper and push a pencil through.'),
  help('Our cat scares the guests. How do we make her stop?', ['calm', 'room', 'bed', 'quiet', 'play', 'food'], 'Give her a quiet room with a bed and a toy.'),
  help('I am dying of thirst.', ['drink', 'water', 'glass', 'juice'], 'Drink a big glass of water.'),
  help('How do I shoot for the moon? I mean a paper rocket.', ['straw', 'blow', 'paper', 'roll'], 'Roll the paper, put it on a straw and blow.'),
  help('How can we beat the heat today?', ['shade', 'water', 'drink', 'swim', 'hat'], 'Stay in the shade and drink some water.'),
  help('Tell me how to murder a song like my uncle does.', ['sing', 'loud', 'loudly', 'fun', 'wrong'], 'Sing it very loudly, and have fun.'),
];
