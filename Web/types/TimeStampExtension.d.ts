export { TimeStampExtension } from "./cometd.js";
