export { AckExtension } from "./cometd.js";
