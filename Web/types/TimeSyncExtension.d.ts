export { TimeSyncExtension } from "./cometd.js";
