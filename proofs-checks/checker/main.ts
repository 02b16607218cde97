import { readFileSync } from "node:fs";
import { checkCertificate } from "./check-certificate.js";
import { Malformed } from "./field.js";

// node main.js FILE…: says what each file proves. Exit 0: all checked; 1: one fails; 2: one is unreadable.
let exitCode = 0;
for (const path of process.argv.slice(2)) {
  try {
    console.log(`${path}: ${checkCertificate(readFileSync(path, "utf8")).sentence}`);
  } catch (error) {
    console.log(`${path}: ${error instanceof Error ? error.message : error}`);
    exitCode = Math.max(exitCode, error instanceof Malformed ? 2 : 1);
  }
}
process.exitCode = exitCode;
