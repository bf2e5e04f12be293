/**
 * Where models come from: base models beside the page, and checkpoints in storage. Every model is checked
 * against its config and its tokenizer before anything uses it.
 */
import { loadTokenizer, type Tokenizer } from '../data/tokenizer';
import { readHuggingFaceModel, writeHuggingFaceModel } from '../model/hugging-face';
import { parameterCount } from '../model/model';
import { withoutValueHead } from '../model/scorer';
import type { Checkpoint, Id, Project, TensorRecords, Weights } from '../records';
import {
  getCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type LoadedCheckpoint,
} from '../storage/checkpoints';
import type { LabDatabase } from '../storage/schema';
import { readSetting, writeSetting } from '../storage/settings';
import type { ModelFiles, ModelSummary } from './messages';

/** Ids of base models beside the page begin with this; they are fetched and never stored. */
const BESIDE_PAGE = 'base:';
/** How the policy's tensors are named in a state to go on from. */
const POLICY = 'policy/';
/** Settings under which the tokenizers of imported models are kept, by their hash. */
export const TOKENIZER = 'tokenizer:';

interface Base {
  checkpoint: Checkpoint;
  weights: Weights;
  tokenizer: Tokenizer;
  tokenizerJson: string;
}

/** The models of one project. All of them speak the tokenizer of its base model. */
export class Models {
  private constructor(
    readonly db: LabDatabase,
    readonly project: Project,
    readonly base: Base,
  ) {}

  /**
   * Open a project's models.
   * @param pageUrl against which `base/` is resolved.
   * @throws Error where the base model cannot be fetched; ModelFileError where it is not a model.
   */
  static async open(db: LabDatabase, project: Project, pageUrl: string): Promise<Models> {
    const beside = !project.baseModel.startsWith('import:');
    const base = beside
      ? await fetchBase(project, pageUrl)
      : await importedBase(db, project.baseModel);
    return new Models(db, project, base);
  }

  get tokenizer(): Tokenizer {
    return this.base.tokenizer;
  }

  summary(): ModelSummary {
    const { checkpoint } = this.base;
    const parameters = parameterCount(checkpoint.modelConfig);
    return { checkpoint, parameters, config: checkpoint.modelConfig };
  }

  /**
   * The model of a checkpoint.
   * @throws Error where the checkpoint's ids mean something else than this project's base model's.
   */
  async weights(id: Id): Promise<Weights> {
    if (id === this.base.checkpoint.id) return this.base.weights;
    const { checkpoint, tensors } = await policyOf(this.db, id);
    if (checkpoint.tokenizerHash !== this.tokenizer.hash)
      throw new Error(
        `Checkpoint “${checkpoint.name}” was trained with another tokenizer than this project's base model. Choose a checkpoint of this base model, or the other base model.`,
      );
    return { config: checkpoint.modelConfig, tensors };
  }

  /** Keep a model from files as a base model. Nothing is stored where anything is wrong with it. */
  async import(files: ModelFiles, name: string, now: number): Promise<Checkpoint> {
    const { config, head, tensors } = readHuggingFaceModel(files);
    if (head !== 'language')
      throw new Error('This is a reward model. Choose a language model (LlamaForCausalLM).');
    const tokenizer = loadTokenizer(files.tokenizer, config);
    await writeSetting(this.db, '', `${TOKENIZER}${tokenizer.hash}`, files.tokenizer);
    const blank = baseCheckpoint(
      `import:${tokenizer.hash.slice(0, 12)}:${now}`,
      name,
      this.project.id,
    );
    return saveCheckpoint(
      this.db,
      { ...blank, modelConfig: config, tokenizerHash: tokenizer.hash, createdAt: now },
      tensors,
    );
  }

  /** A checkpoint as Hugging Face files. */
  async export(id: Id): Promise<ModelFiles> {
    const { config, tensors } = await this.weights(id);
    const head = 'score.weight' in tensors ? 'scalar' : 'language';
    return writeHuggingFaceModel({ config, head, tensors }, this.base.tokenizerJson);
  }
}

/** The model of a checkpoint; of a state to go on from the policy as it stood there, so that runs can branch off. */
async function policyOf(db: LabDatabase, id: Id): Promise<LoadedCheckpoint> {
  const known = await getCheckpoint(db, id);
  if (known.kind === 'model') return loadCheckpoint(db, id);
  if (known.stage === 'reward-model')
    throw new Error(`Checkpoint “${known.name}” is a state of a reward model, which does not speak. Choose a language model.`); // prettier-ignore
  const { checkpoint, tensors } = await loadCheckpoint(db, id, POLICY);
  const named = Object.entries(tensors).map(([name, tensor]) => [
    name.slice(POLICY.length),
    tensor,
  ]);
  return { checkpoint, tensors: withoutValueHead(Object.fromEntries(named) as TensorRecords) };
}

async function fetchBase(project: Project, pageUrl: string): Promise<Base> {
  const directory = new URL(`base/${encodeURIComponent(project.baseModel)}/`, pageUrl);
  const get = async (name: string): Promise<Response> => {
    const response = await fetch(new URL(name, directory)).catch(() => null);
    if (!response?.ok)
      throw new Error(
        `The base model “${project.baseModel}” could not be loaded: ${name} is not to be had beside the page${response ? ` (status ${response.status})` : ''}. Check the connection and reload.`,
      );
    return response;
  };
  const [weights, config, tokenizer] = await Promise.all([
    get('model.safetensors').then((response) => response.arrayBuffer()),
    get('config.json').then((response) => response.text()),
    get('tokenizer.json').then((response) => response.text()),
  ]);
  return baseOf(`${BESIDE_PAGE}${project.baseModel}`, project.baseModel, project.id, {
    weights,
    config,
    tokenizer,
  });
}

function baseOf(id: Id, name: string, projectId: Id, files: ModelFiles): Base {
  const { config, tensors } = readHuggingFaceModel(files);
  const tokenizer = loadTokenizer(files.tokenizer, config);
  return {
    weights: { config, tensors },
    tokenizer,
    tokenizerJson: files.tokenizer,
    checkpoint: {
      ...baseCheckpoint(id, name, projectId),
      modelConfig: config,
      tokenizerHash: tokenizer.hash,
      bytes: files.weights.byteLength,
    },
  };
}

async function importedBase(db: LabDatabase, id: Id): Promise<Base> {
  const { checkpoint, tensors } = await loadCheckpoint(db, id);
  const json = await readSetting(db, '', `${TOKENIZER}${checkpoint.tokenizerHash}`);
  if (typeof json !== 'string')
    throw new Error(`The tokenizer of “${checkpoint.name}” is gone from this browser. Import the model again.`); // prettier-ignore
  const tokenizer = loadTokenizer(json, checkpoint.modelConfig);
  const weights = { config: checkpoint.modelConfig, tensors };
  return { checkpoint, weights, tokenizer, tokenizerJson: json };
}

const baseCheckpoint = (
  id: Id,
  name: string,
  projectId: Id,
): Omit<Checkpoint, 'modelConfig' | 'tokenizerHash'> => ({
  id,
  projectId,
  name,
  stage: 'base',
  kind: 'model',
  runId: null,
  parentId: null,
  step: 0,
  progress: null,
  config: {},
  metrics: {},
  bytes: 0,
  createdAt: 0,
});
