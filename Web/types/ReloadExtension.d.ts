export { ReloadExtension } from "./cometd.js";
