/** What a client in Node needs besides the library: a WebSocket (Node 20 has none) and cookies for long-polling. */
export { NodeWebSocket } from "./NodeWebSocket.js";
export { cookieFetch } from "./cookieFetch.js";
