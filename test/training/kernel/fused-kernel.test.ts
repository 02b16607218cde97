import { describe, expect, test } from "vitest";
import { gramGradient } from "../../../src/model/gram-backward.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { gramPromptSampler, type GramPrompt } from "../../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../../src/random/stream.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../../../src/training/kernel/kernel-module.js";
import { planKernel } from "../../../src/training/kernel/kernel-plan.js";
import type { KernelProblem } from "../../../src/training/kernel/kernel-problem.js";
import {
  kernelRoutines,
  sumSlots,
  writeNumbers,
  writePrompts,
} from "../../../src/training/kernel/kernel-routines.js";
import { testStream } from "../../seed.js";
