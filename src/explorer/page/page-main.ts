import { Explorer } from "./explorer.js";

new Explorer();
