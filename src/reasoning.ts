export type { DecodingSimulation } from "./model/construction/decoding-simulation.js";
export {
  decodingSimulation,
  runDecodingSimulation,
} from "./model/construction/decoding-simulation.js";
export type {
  AddressMatch,
  GroupComposition,
  GroupCompositionOptions,
} from "./model/construction/group-composition.js";
export { groupComposition, runGroupComposition } from "./model/construction/group-composition.js";
export {
  groupCompositionInBits,
  smallestGroupPrecision,
} from "./model/construction/group-precision.js";
export type { LoopedSimulation } from "./model/construction/looped-simulation.js";
export { loopedSimulation, runLoopedSimulation } from "./model/construction/looped-simulation.js";
export type { PHopModel } from "./model/construction/p-hop.js";
export { pHopModel, pHopModelInBits, runPHop } from "./model/construction/p-hop.js";
export type { Decoder } from "./model/softmax/decoder.js";
export { decodeGreedily } from "./model/softmax/decoder.js";
export type { Rounding } from "./model/softmax/fixed-point.js";
export { fixedPoint } from "./model/softmax/fixed-point.js";
export type { LinearMap } from "./model/softmax/linear-map.js";
export type {
  AttentionHead,
  BlockRun,
  TransformerBlock,
} from "./model/softmax/transformer-block.js";
export { runBlock } from "./model/softmax/transformer-block.js";
export type { UntiedModel } from "./model/softmax/untied-model.js";
export { runUntied } from "./model/softmax/untied-model.js";
export type { EditCosts } from "./task/edit-distance.js";
export { drawWordPair, editDistanceRows } from "./task/edit-distance.js";
export type { FiniteGroup } from "./task/group.js";
export {
  cyclicGroup,
  dihedralGroup,
  groupByName,
  quaternionGroup,
  symmetricGroup,
} from "./task/group.js";
export { composeWord, drawGroupWord } from "./task/group-composition.js";
export { increasingLengths } from "./task/longest-increasing-subsequence.js";
export type { PHopShape } from "./task/p-hop.js";
export { drawPHop, solvePHop } from "./task/p-hop.js";
