export { covariances, taskPriors } from "./arbitrary/covariance.js";
export { smallNumber, smallVector } from "./arbitrary/number.js";
export { gramPrompts, promptLaws, tokenPrompts } from "./arbitrary/prompt.js";
export { rotations } from "./arbitrary/rotation.js";
export type { Setting } from "./arbitrary/setting.js";
export { contextLengths, settings } from "./arbitrary/setting.js";
export { fullLayers, preconditioners } from "./arbitrary/weights.js";
