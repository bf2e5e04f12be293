/**
 * The import table of this project: which parts there are, and what each may import. An import only points down it.
 */

export interface Row {
  /** Files of the part, below src. The first row that matches is a file's part. */
  files: RegExp;
  /** Files that it may import beside those of its own part. */
  imports: RegExp[];
  /** Whether files of the part may import one another. */
  own: boolean;
}

/** The bottom of the table, importable by all who do not have to know less. */
const BOTTOM = /^(records|config|shapes|random)\.ts$/;
const RANDOM = /^random\.ts$/;
const SHAPES = /^shapes\.ts$/;
const PLAIN = /^(records|config|random|studies)\.ts$/;
/** Statistics on plain numbers, which know no tensor: for measures, reports and the page's own counting. */
const STATISTICS =
  /^algorithms\/(statistics|win-rate|special-functions|proportion|bootstrap|agreement|consensus|ratings|calibration|reward-report|exact-match|dp-accountant|exposure|diagnostics|alarms|exact-optimum|over-optimisation)\.ts$/;
const part = (name: string) => new RegExp(`^${name}/`);
const OPTIMISE = /^optimise\.ts$/;
/** The messages, and what goes with each. */
const MESSAGES = /^workers\/(messages|requests)\.ts$/;
const PAGE_ENDS = /^workers\/(trainer|world)\.ts$/;

export const TABLE: Record<string, Row> = {
  // Their parts lie in folders of their own, which are nobody else's: all import `records.ts` and `config.ts`.
  records: { files: /^records(\/[\w-]+)?\.ts$/, imports: [], own: true },
  config: { files: /^config(\/[\w-]+)?\.ts$/, imports: [], own: true },
  bottom: { files: BOTTOM, imports: [], own: false },
  // The records of the studies: records like any others, in the terms of the statistics that they hold.
  studies: { files: /^studies(\.ts$|\/)/, imports: [PLAIN, STATISTICS], own: true },
  kernels: { files: part('kernels'), imports: [SHAPES, RANDOM], own: true },
  data: { files: part('data'), imports: [PLAIN, STATISTICS], own: true },
  model: { files: part('model'), imports: [part('kernels'), BOTTOM, part('data')], own: true },
  algorithms: { files: part('algorithms'), imports: [part('kernels'), SHAPES, RANDOM], own: true },
  // What several stages are made of, since no stage may import another.
  training: {
    files: part('training'),
    imports: [part('algorithms'), part('model'), part('data'), BOTTOM],
    own: true,
  },
  stages: {
    files: part('stages'),
    imports: [part('training'), part('algorithms'), part('model'), part('data'), BOTTOM],
    own: false,
  },
  optimise: { files: OPTIMISE, imports: [part('stages'), PLAIN], own: false },
  pipeline: {
    files: /^pipeline\.ts$/,
    imports: [part('stages'), OPTIMISE, PLAIN],
    own: false,
  },
  // It measures by listing all responses, which no stage does, so it reaches further down.
  'exact-lab': {
    files: /^exact-lab(\.ts$|\/)/,
    imports: [part('stages'), part('algorithms'), part('model'), part('data'), PLAIN],
    own: true,
  },
  'over-optimisation': {
    files: /^over-optimisation(\.ts$|\/)/,
    imports: [part('stages'), part('algorithms'), part('model'), part('data'), PLAIN],
    own: true,
  },
  storage: { files: part('storage'), imports: [PLAIN], own: true },
  'workers/messages': { files: MESSAGES, imports: [PLAIN], own: true },
  // The page's ends of its workers.
  'workers/trainer': {
    files: PAGE_ENDS,
    imports: [PLAIN, MESSAGES],
    own: false,
  },
  'workers/trainer.worker': {
    files: part('workers'),
    imports: [
      /^(pipeline|optimise|exact-lab|over-optimisation)\.ts$/,
      part('stages'),
      part('model'),
      part('storage'),
      /^kernels\/engine[\w-]*\.ts$/,
      part('data'),
      PLAIN,
      SHAPES,
      MESSAGES,
    ],
    own: true,
  },
  // Every word on the screen; each folder has its own file, so components read none of the lab's.
  'ui/strings': { files: part('ui/strings'), imports: [PLAIN], own: true },
  'ui/state': {
    files: part('ui/state'),
    imports: [
      PAGE_ENDS,
      MESSAGES,
      part('storage'),
      part('data'),
      STATISTICS, // the page's own votes are counted like any other
      part('ui/strings'),
      PLAIN,
    ],
    own: true,
  },
  'ui/components': {
    files: part('ui/components'),
    imports: [/^ui\/strings\/components\.ts$/],
    own: true,
  },
  'ui/stages': {
    files: part('ui/stages'),
    imports: [part('ui/state'), part('ui/components'), part('ui/strings'), PLAIN],
    own: true,
  },
  ui: {
    files: part('ui'),
    imports: [
      part('ui/state'),
      part('ui/stages'),
      part('ui/components'),
      part('ui/strings'),
      PLAIN,
    ],
    own: true,
  },
  main: { files: /^main\.ts$/, imports: [/^ui\/App\.svelte$/], own: false },
  cli: { files: part('cli'), imports: [/^(?!ui\/|main\.ts)/], own: true },
};

/** Imports that are allowed as types only. */
export const TYPES_ONLY: { from: RegExp; to: RegExp }[] = [
  { from: part('model'), to: part('data') },
];

/** The page's end starts the worker by naming its file, which is not an import of it. */
export const startsWorker = (from: string, to: string): boolean =>
  PAGE_ENDS.test(from) && to === from.replace(/\.ts$/, '.worker.ts');

/** Where a package may be imported. What is not listed may be imported by every part that is. */
export const PACKAGES: { name: RegExp; files: RegExp }[] = [
  {
    name: /^@tensorflow\/tfjs-core(\/|$)/,
    files:
      /^(shapes\.ts|(kernels|model|algorithms|training|stages|cli)\/|workers\/(?!trainer\.ts|world|messages))/,
  },
  { name: /^@tensorflow\/(?!tfjs-core(\/|$))/, files: /^(kernels|cli)\// },
  { name: /^idb(\/|$)/, files: /^storage\// },
  { name: /^comlink(\/|$)/, files: /^workers\// },
  { name: /^(svelte|svelte-.*|bits-ui|uplot|katex)(\/|$)/, files: /^(ui\/|main\.ts)/ },
  { name: /^node:/, files: /^cli\/|-node\.ts$/ },
  { name: /^webgpu(\/|$)/, files: /^kernels\/engine-node\.ts$/ },
];
