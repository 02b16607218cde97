export { expandCircuit, type TraceTerm } from "./circuit/expand-circuit.js";
