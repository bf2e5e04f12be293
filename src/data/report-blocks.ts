/** What a report says, as blocks that know neither HTML nor Markdown, so that both say the same. */
import type { Curve, LabReport } from './report';
import type { Measure } from './evaluation-table';

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; caption: string; head: string[]; rows: string[][] }
  /** Text as it was written, line by line. */
  | { kind: 'verbatim'; label: string; text: string }
  | { kind: 'curve'; curve: Curve };

const heading = (text: string, level: 1 | 2 | 3 = 2): Block => ({ kind: 'heading', level, text });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/** All of a report, in order. */
export function blocksOf(report: LabReport): Block[] {
  return [
    heading(report.title, 1),
    ...(report.madeAt === null ? [] : [paragraph(`Made on ${new Date(report.madeAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`)]), // prettier-ignore
    ...resultBlocks(report),
    ...measureBlocks(report),
    ...findingBlocks(report),
    ...modelBlocks(report),
    ...dataBlocks(report),
    ...guidelineBlocks(report),
    ...curveBlocks(report),
    ...sampleBlocks(report),
    ...configBlocks(report),
    ...lineageBlocks(report),
    ...limitBlocks(report),
  ];
}

// ── Numbers ───────────────────────────────────────────────────────────────────────────────────────

/** Three significant digits, whole numbers with commas; a dash for what is none. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  if (Math.abs(value) < 0.001) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

const shareText = (value: number): string =>
  Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : '–';

const textIn = (unit: Measure['unit']): ((value: number) => string) =>
  unit === 'share' ? shareText : numberText;

const intervalText = (
  { low, high }: { low: number; high: number },
  text: (x: number) => string,
): string =>
  Number.isFinite(low) && Number.isFinite(high)
    ? `${text(low)} to ${text(high)}`
    : 'interval unknown';

// ── Parts ─────────────────────────────────────────────────────────────────────────────────────────

function resultBlocks({ evaluation }: LabReport): Block[] {
  if (!evaluation) return [heading('Result'), paragraph('No models were compared.')];
  const { winRate, judge, kl, gold, goldDifference } = evaluation;
  const blind = `${evaluation.checkpoint} was preferred to ${evaluation.baseline} in ${shareText(winRate.value)} of ${winRate.wins + winRate.losses + winRate.ties} blind contests on held-out prompts (95% interval ${intervalText(winRate, shareText)}; ${winRate.wins} won, ${winRate.losses} lost, ${winRate.ties} tied). The judge was ${judge.name}, ${judge.source === 'human' ? 'a person' : 'a rule and no person'}.`; // prettier-ignore
  const moved = kl === null ? 'How far it moved from there was not measured.' : `It moved ${numberText(kl)} nats per response from there (KL).`; // prettier-ignore
  const scored = gold
    ? `Its gold score, by the rules of the built-in world, is ${numberText(gold.checkpoint)}, and was ${numberText(gold.baseline)}.`
    : 'No held-out prompt has a check, so there is no gold score.';
  const difference = goldDifference
    ? ` On the same ${goldDifference.n} prompts the difference is ${numberText(goldDifference.value)} (95% interval ${intervalText(goldDifference, numberText)}).`
    : '';
  return [heading('Result'), paragraph(blind), paragraph(`${moved} ${scored}${difference}`)];
}

function measureBlocks({ measures }: LabReport): Block[] {
  if (measures.length === 0) return [heading('Measures'), paragraph('Nothing was measured automatically.')]; // prettier-ignore
  const names = new Map(measures.flatMap((own) => own.measures.map((m) => [m.name, m] as const)));
  const rows = [...names.values()].map(({ name, label, unit, better }) => [
    `${label}${unit === 'share' || unit === 'score' ? '' : `, ${unit}`}`,
    better ?? '–',
    ...measures.map((own) => {
      const found = own.measures.find((measure) => measure.name === name);
      if (!found) return '–';
      const text = textIn(unit);
      return `${text(found.value)} (${intervalText(found, text)}; n = ${found.n})`;
    }),
  ]);
  const head = ['Measure', 'Better', ...measures.map(({ checkpoint }) => checkpoint)];
  return [
    heading('Measures'),
    paragraph('By rule, on held-out prompts. In brackets 95% intervals and how many answers were measured; where no incident was seen, the upper end is the highest rate at which so many answers without one would still have a chance of 5%.'), // prettier-ignore
    { kind: 'table', caption: 'Automatic measures', head, rows },
  ];
}

const findingBlocks = ({ findings = [] }: LabReport): Block[] =>
  findings.flatMap(({ title, sentences, tables }): Block[] => [
    heading(title),
    ...sentences.map(paragraph),
    ...tables.map((table): Block => ({ kind: 'table', ...table })),
  ]);

function modelBlocks({ model }: LabReport): Block[] {
  const shape = model.shape ? Object.entries(model.shape).map(([name, value]) => [name, numberText(value)]) : []; // prettier-ignore
  const facts = [
    ['Name', model.name],
    ['Base', model.base],
    ['Parameters', model.parameters === null ? 'not counted' : numberText(model.parameters)],
    ['Seed', String(model.seed)],
    ['Backend', model.backend],
    ...shape,
  ];
  const stages = model.stages.map(({ stage, steps, tokens, seconds }) => [
    stage,
    numberText(steps),
    numberText(tokens),
    seconds === null ? '–' : numberText(seconds),
  ]);
  return [
    heading('Model card'),
    ...model.uses.map(paragraph),
    { kind: 'table', caption: 'The model', head: ['', ''], rows: facts },
    model.stages.length > 0
      ? { kind: 'table', caption: 'How it was made', head: ['Stage', 'Steps', 'Tokens', 'Seconds'], rows: stages } // prettier-ignore
      : paragraph('How it was made was not kept.'),
  ];
}

function dataBlocks({ data }: LabReport): Block[] {
  if (!data) return [heading('Data card'), paragraph('What it learned from was not kept.')];
  const { comparisons, agreement, personalData } = data;
  const labelled = comparisons
    ? `${numberText(comparisons.rankings)} rankings gave ${numberText(comparisons.pairs)} compared pairs of answers.`
    : 'No answers were compared.';
  const agreed = agreement
    ? ` Labelers agree beyond chance by Krippendorff's alpha ${numberText(agreement.alpha)} (95% interval ${intervalText(agreement, numberText)}).`
    : ' How far labelers agree is not known, as no two labelled the same.';
  return [
    heading('Data card'),
    paragraph(`${numberText(data.prompts.train)} prompts to train on and ${numberText(data.prompts.heldOut)} held out. ${labelled}${agreed}`), // prettier-ignore
    paragraph(personalData === 0 ? 'No personal data of the kinds that are searched for (e-mail, phone, card, bank account, internet address) was found in the demonstrations.' : `Personal data was found in ${personalData} places of the demonstrations and is in what the model learned from.`), // prettier-ignore
    { kind: 'table', caption: 'Demonstrations', head: ['Task', 'Training', 'Held out'], rows: data.demonstrations.map(({ task, train, heldOut }) => [task, numberText(train), numberText(heldOut)]) }, // prettier-ignore
    { kind: 'table', caption: 'Where they come from', head: ['Source', 'Demonstrations'], rows: data.sources.map(({ source, demonstrations }) => [source, numberText(demonstrations)]) }, // prettier-ignore
    { kind: 'table', caption: 'Labelers', head: ['Labeler', 'Kind', 'Rankings'], rows: data.labelers.map(({ name, source, rankings }) => [name, source, numberText(rankings)]) }, // prettier-ignore
  ];
}

function guidelineBlocks({ guidelines }: LabReport): Block[] {
  if (!guidelines) return [heading('Guidelines'), paragraph('Labelers were given no guidelines.')];
  const label = `Version ${guidelines.version}, SHA-256 ${guidelines.hash}`;
  return [heading('Guidelines'), { kind: 'verbatim', label, text: guidelines.text }];
}

function curveBlocks({ curves }: LabReport): Block[] {
  if (curves.length === 0) return [heading('Training'), paragraph('No curves were kept.')];
  const stages = [...new Set(curves.map(({ stage }) => stage))];
  return [
    heading('Training'),
    ...stages.flatMap((stage): Block[] => [
      heading(stage, 3),
      ...curves
        .filter((curve) => curve.stage === stage)
        .map((curve): Block => ({ kind: 'curve', curve })),
    ]),
  ];
}

function sampleBlocks({ samples }: LabReport): Block[] {
  if (!samples || samples.samples.length === 0) return [heading('Samples'), paragraph('No samples were kept.')]; // prettier-ignore
  return [
    heading('Samples'),
    paragraph(samples.rule),
    ...samples.samples.flatMap(({ prompt, task, answers }): Block[] => [
      { kind: 'verbatim', label: `Prompt (${task})`, text: prompt },
      ...answers.map(({ checkpoint, text }): Block => ({ kind: 'verbatim', label: checkpoint, text })), // prettier-ignore
    ]),
  ];
}

function configBlocks({ configs }: LabReport): Block[] {
  if (configs.length === 0) return [heading('Settings'), paragraph('Settings were not kept.')];
  return [
    heading('Settings'),
    ...configs.flatMap(({ name, values, hash }): Block[] => [
      { kind: 'table', caption: name, head: ['Setting', 'Value'], rows: Object.entries(values).map(([key, value]) => [key, String(value)]) }, // prettier-ignore
      ...(hash === null ? [] : [paragraph(`SHA-256 of these settings: ${hash}`)]),
    ]),
  ];
}

function lineageBlocks({ lineage }: LabReport): Block[] {
  if (lineage.length === 0) return [heading('Lineage'), paragraph('Where it came from was not kept.')]; // prettier-ignore
  const rows = lineage.map(({ id, what, parents, hash }) => [id, what, parents.join(', ') || '–', hash ?? 'not kept']); // prettier-ignore
  return [
    heading('Lineage'),
    {
      kind: 'table',
      caption: 'What came from what',
      head: ['Id', 'What', 'From', 'SHA-256'],
      rows,
    },
  ];
}

const limitBlocks = ({ limits }: LabReport): Block[] => [
  heading('Known limits'),
  limits.length > 0
    ? { kind: 'list', items: limits }
    : paragraph('None were written down, which does not mean that there are none.'),
];
