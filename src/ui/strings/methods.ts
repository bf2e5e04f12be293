/** The methods of the optimising screen: one line for the choice, and two paragraphs and a source for the why. */
import type { Method } from '../../config';

export interface MethodText {
  name: string;
  /** One line, beside the choice. */
  about: string;
  why: string;
  /** Reads the formula out. */
  formula: string;
  wrong: string;
  source: string;
}

export const methods: Readonly<Record<Method, MethodText>> = {
  ppo: {
    name: 'PPO',
    about:
      'Small steps towards what scored better than a value model had foreseen. InstructGPT’s method.',
    why: 'PPO moves the policy a little after each batch. The ratio r says how much likelier a token became; the advantage A how much better it went than the value model had foreseen. Beyond the clip range ε there is nothing more to win:',
    formula:
      'The clipped objective is the mean of the smaller of the ratio times the advantage and the clipped ratio times the advantage.',
    wrong:
      'Reward climbs without end while gold falls: the policy has found what the reward model mistakes for good. KL jumps in one step: the learning rate is too high. Entropy goes to nothing: it says one sentence for everything. Flat reward: the reward model cannot tell its answers apart.',
    source:
      'Ouyang et al. 2022, equation 2; Schulman et al. 2017, equation 7; Ziegler et al. 2019, section 2.',
  },
  reinforce: {
    name: 'REINFORCE',
    about: 'The oldest: make likelier what scored above the average so far. No value model.',
    why: 'A whole answer is one action. Its reward R, with the price of the KL taken off, is compared with a baseline b: the mean of what came before. Above it every token of the answer becomes likelier, below it less likely:',
    formula:
      'The gradient is the mean of the reward less a baseline times the gradient of the log-probability of the answer.',
    wrong:
      'The reward jumps up and down and hardly climbs: one answer a prompt is a noisy guide. Draw larger batches, or give each prompt several answers and take RLOO.',
    source: 'Williams 1992; Ahmadian et al. 2024, section 3.',
  },
  rloo: {
    name: 'RLOO',
    about: 'Several answers to each prompt, each compared with the mean of the others.',
    why: 'The other answers to the same prompt show what could be expected of it, so no value model has to guess. Of k answers, each is compared with the mean of the other k − 1, and the comparison is unbiased:',
    formula:
      'The advantage of answer i is its reward less the mean reward of the other answers to the prompt.',
    wrong:
      'All answers to a prompt score the same: nothing is learned from it, and the chart of equal groups climbs. Raise the temperature, or draw more answers. The rest is as with PPO: watch gold and KL.',
    source: 'Ahmadian et al. 2024, section 3.3; Kool et al. 2019.',
  },
  grpo: {
    name: 'GRPO',
    about: 'Like RLOO, with rewards scaled within each group and the KL in the loss.',
    why: 'Answers to one prompt are a group. Each reward is shifted and scaled by the mean and deviation of its group, so that easy and hard prompts count alike; the KL is no part of the reward but of the loss:',
    formula:
      'The advantage of answer i is its reward less the mean of its group, over the standard deviation of its group.',
    wrong:
      'Where nearly all answers of a group score alike, the deviation is small and noise is blown up: leave advantages as they are. Averaging over responses favours long wrong answers.',
    source: 'Shao et al. 2024 (DeepSeekMath), section 4.1; Liu et al. 2025 (Dr. GRPO).',
  },
  rejection: {
    name: 'Expert iteration',
    about: 'Keep the best of each prompt’s answers and fine-tune on it, again and again.',
    why: 'The policy answers each prompt several times, the reward model picks the best one, and the policy learns it as if it were a demonstration. It never learns what to avoid, and so it moves slowly and safely:',
    formula:
      'The loss is the mean negative log-probability of the best of k answers, by the reward model.',
    wrong:
      'Answers become alike: every round narrows the choice. Entropy and distinct pairs fall; stop, or raise the temperature.',
    source: 'Dong et al. 2023 (RAFT); Dubois et al. 2023 (AlpacaFarm); Anthony et al. 2017.',
  },
  dpo: {
    name: 'DPO',
    about: 'No reward model: make the chosen answer likelier than the rejected one, directly.',
    why: 'The best policy for any reward can be written down, so the reward can be read off the policy: β times how much likelier it makes an answer than the reference does. DPO fits that to the rankings, as the reward model was fitted:',
    formula:
      'The loss is the negative log-sigmoid of beta times the difference of the log-ratios of the chosen and the rejected answer.',
    wrong:
      'Both implied rewards fall and only their difference grows: the chosen answers become less likely, too. Mix in fine-tuning on the chosen, or raise β. Training accuracy near 1 with held-out accuracy near 0.5: learned by heart.',
    source: 'Rafailov et al. 2023, equation 7; Azar et al. 2023 (IPO); Zhao et al. 2023 (SLiC).',
  },
  kto: {
    name: 'KTO',
    about: 'From single thumbs up or down, without pairs and without a reward model.',
    why: 'Each ranking is read as thumbs: the best answers up, the worst down. A good answer should be likelier than under the reference by more than the policy has drifted on the whole (z), a bad one less:',
    formula:
      'The value of a good answer is the sigmoid of beta times its log-ratio less the baseline z; of a bad one the reverse.',
    wrong:
      'z grows: the policy drifts on everything, not only on what was labelled. Many more thumbs of one kind than of the other: set their weights so that both count alike.',
    source: 'Ethayarajh et al. 2024, section 4.',
  },
  orpo: {
    name: 'ORPO',
    about: 'Fine-tuning and preferences in one loss, with no reference model at all.',
    why: 'The chosen answer is learned as a demonstration, and its odds are raised above those of the rejected one. Half the memory of DPO, since no second model is needed; SimPO leaves the fine-tuning out and asks for a margin:',
    formula:
      'The loss is the fine-tuning loss on the chosen answer plus lambda times the negative log-sigmoid of the log odds ratio.',
    wrong:
      'With nothing to hold it, the policy may leave its language: watch the loss on the chosen answers and the live texts. A high weight unlearns more than it teaches.',
    source: 'Hong et al. 2024, equation 6; Meng et al. 2024 (SimPO).',
  },
  onlineDpo: {
    name: 'Online DPO',
    about: 'DPO on fresh pairs: the policy answers twice, the reward model picks, and it learns.',
    why: 'DPO’s pairs come from an older model. Here the policy of this moment answers each prompt twice, the reward model says which answer is better, and one step of DPO follows, so the pairs are always about what the policy now does:',
    formula:
      'The loss is the loss of DPO, with pairs drawn from the present policy and ordered by the reward model.',
    wrong:
      'Ties in nearly every pair: the policy says one thing only. Scores climb while gold falls: the judge is being fooled, as in PPO.',
    source: 'Guo et al. 2024, section 3; Rafailov et al. 2023.',
  },
};

export const whyOptimise = {
  first: 'The ',
  policy: 'policy',
  second: ' answers prompts, the ',
  reward: 'reward model',
  third: ' scores the answers, and each nat by which an answer has become likelier than under the ',
  reference: 'reference',
  fourth: ' costs ',
  kl: 'β',
  fifth: ':',
  formulaLabel:
    'The policy maximises the expected score minus beta times the log of the ratio of the probabilities of the answer under the policy and under the reference.',
  wrongTitle: 'When it goes wrong',
};
