/**
 * What can be wrong with a model's files. Each error is a class of its own, told apart by `name` also
 * after it has crossed a worker's border, and each message says what is wrong, where, and what to do.
 * All of them are thrown before anything is changed.
 */
export class ModelFileError extends Error {
  override name = 'ModelFileError';
}
/** The file ends before what it promises. */
export class TruncatedFileError extends ModelFileError {
  override name = 'TruncatedFileError';
}
/** The header of a weight file is too long, is not JSON or describes a tensor in a way it must not. */
export class WeightHeaderError extends ModelFileError {
  override name = 'WeightHeaderError';
}
/** Tensors overlap, leave gaps, or do not fill the bytes that their shape asks for. */
export class WeightLayoutError extends ModelFileError {
  override name = 'WeightLayoutError';
}
/** Numbers of a kind that cannot be weights here. */
export class WeightDtypeError extends ModelFileError {
  override name = 'WeightDtypeError';
}
/** NaN, infinity, or a number too large for the format it is to be written in. */
export class WeightValueError extends ModelFileError {
  override name = 'WeightValueError';
}
/** The tensors are not those that the config asks for. */
export class WeightMismatchError extends ModelFileError {
  override name = 'WeightMismatchError';
}
/** A config that is broken or that describes a model which this architecture cannot run. */
export class ModelConfigError extends ModelFileError {
  override name = 'ModelConfigError';
}
/** The tokenizer is not the one that the model was trained with. */
export class TokenizerMismatchError extends ModelFileError {
  override name = 'TokenizerMismatchError';
}
