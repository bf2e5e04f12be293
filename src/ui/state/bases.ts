/** The base models that lie beside the page, each with its card. */
import * as v from 'valibot';

const Bases = v.array(
  v.object({
    name: v.string(),
    parameters: v.number(),
    bytes: v.number(),
    sentence: v.string(),
  }),
);
/** One line of `base/index.json`. */
export type Base = v.InferOutput<typeof Bases>[number];

const Card = v.object({
  name: v.string(),
  parameters: v.number(),
  bytes: v.number(),
  sha256: v.string(),
  license: v.string(),
  data: v.string(),
  tokensSeen: v.nullable(v.number()),
  heldOutLoss: v.nullable(v.number()),
  /** Share of the world's facts that it completes; cards of imported models do not say. */
  factsKnown: v.optional(v.nullable(v.number()), null),
  curve: v.array(v.object({ tokens: v.number(), heldOutLoss: v.nullable(v.number()) })),
  /** How fixed openings went on, unpicked. */
  stories: v.optional(v.array(v.object({ opening: v.string(), text: v.string() })), []),
  limits: v.string(),
  date: v.string(),
});
export type BaseCard = v.InferOutput<typeof Card>;

/** All base models beside the page. @throws Error where the list cannot be had or is none. */
export const listBases = async (): Promise<Base[]> => v.parse(Bases, await readJson('index.json'));

/** The card of a base model. @throws Error where it cannot be had or is none. */
export const readCard = async (name: string): Promise<BaseCard> =>
  v.parse(Card, await readJson(`${encodeURIComponent(name)}/card.json`));

async function readJson(path: string): Promise<unknown> {
  const response = await fetch(new URL(`base/${path}`, new URL('.', location.href)));
  if (!response.ok)
    throw new Error(`base/${path} could not be loaded (status ${response.status}).`);
  return response.json();
}
