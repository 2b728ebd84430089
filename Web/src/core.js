export { CometD } from "./CometD.js";
export { CallbackPollingTransport } from "./transports/CallbackPollingTransport.js";
export { LongPollingTransport } from "./transports/LongPollingTransport.js";
export { RequestTransport } from "./transports/RequestTransport.js";
export { Transport } from "./transports/Transport.js";
export { TransportRegistry } from "./transports/TransportRegistry.js";
export { WebSocketTransport } from "./transports/WebSocketTransport.js";
export { Utils } from "./Utils.js";
