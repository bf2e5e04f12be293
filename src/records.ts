/**
 * What flows between the stages. Every record is plain data: it can be stored in IndexedDB, posted to
 * a worker and written as a line of JSON, so none holds a tensor, a class or a function.
 *
 * Text is what is stored; token ids are derived from it with the tokenizer of the model at hand, so a
 * person's demonstrations and rankings survive a change of base model.
 */
export * from './records/texts';
export * from './records/runs';
export * from './records/measures';
