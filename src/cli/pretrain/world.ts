/** What pretraining tells of the built-in world: its facts as sentences, without any question. */
export { worldDeclarations as declarations } from '../../data/world/declarations';
