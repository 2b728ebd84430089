export { BinaryExtension } from "./cometd.js";
