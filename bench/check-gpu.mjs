// `npm run check:gpu`: is tfjs-node-gpu fit to train with on this machine? See docs/gpu.md.
// Plain JavaScript on the built tree, so that it runs where only the package is installed.
import { checkBackend } from "../dist/src/training/check-backend.js";

process.exitCode = await checkBackend({
  name: "tfjs-node-gpu",
  write: (line) => console.log(line),
});
