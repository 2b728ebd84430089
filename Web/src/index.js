export * from "./core.js";
export { AckExtension } from "./extensions/AckExtension.js";
export { BinaryExtension } from "./extensions/BinaryExtension.js";
export { ReloadExtension } from "./extensions/ReloadExtension.js";
export { TimeStampExtension } from "./extensions/TimeStampExtension.js";
export { TimeSyncExtension } from "./extensions/TimeSyncExtension.js";
export { Z85 } from "./Z85.js";
