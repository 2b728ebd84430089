/*! cometd-swift-web 1.0.0, Apache-2.0 */
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __defNormalProp = (obj, key, value) => key in obj ? __defProp(obj, key, { enumerable: true, configurable: true, writable: true, value }) : obj[key] = value;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
var __publicField = (obj, key, value) => {
  __defNormalProp(obj, typeof key !== "symbol" ? key + "" : key, value);
  return value;
};
var __accessCheck = (obj, member, msg) => {
  if (!member.has(obj))
    throw TypeError("Cannot " + msg);
};
var __privateGet = (obj, member, getter) => {
  __accessCheck(obj, member, "read from private field");
  return getter ? getter.call(obj) : member.get(obj);
};
var __privateAdd = (obj, member, value) => {
  if (member.has(obj))
    throw TypeError("Cannot add the same private member more than once");
  member instanceof WeakSet ? member.add(obj) : member.set(obj, value);
};
var __privateSet = (obj, member, value, setter) => {
  __accessCheck(obj, member, "write to private field");
  setter ? setter.call(obj, value) : member.set(obj, value);
  return value;
};
var __privateMethod = (obj, member, method) => {
  __accessCheck(obj, member, "access private method");
  return method;
};

// <stdin>
var stdin_exports = {};
__export(stdin_exports, {
  NodeWebSocket: () => NodeWebSocket,
  cookieFetch: () => cookieFetch
});
module.exports = __toCommonJS(stdin_exports);

// src/node/NodeWebSocket.js
var import_node_crypto2 = require("crypto");
var import_node_http = require("http");
var import_node_https = require("https");

// src/node/webSocketFrames.js
var import_node_crypto = require("crypto");
var Opcode = Object.freeze({ CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 });
var FrameError = class extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
};
function clientFrame(opcode, payload) {
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extra + size);
  frame[0] = 128 | opcode;
  frame[1] = 128 | (extra === 0 ? size : extra === 2 ? 126 : 127);
  if (extra === 2) {
    frame.writeUInt16BE(size, 2);
  } else if (extra === 8) {
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  const mask = (0, import_node_crypto.randomBytes)(4);
  const start = 6 + extra;
  frame.set(mask, start - 4);
  for (let index = 0; index < size; index++) {
    frame[start + index] = payload[index] ^ mask[index & 3];
  }
  return frame;
}
var FrameReader = class {
  #maxPayload;
  #chunks = [];
  #size = 0;
  /** The pieces of a message that is not complete, and what they began as. */
  #fragments = null;
  /** @param {number} maxPayload how many bytes a message may have */
  constructor(maxPayload) {
    this.#maxPayload = maxPayload;
  }
  /**
   * Takes bytes in.
   *
   * @param {Buffer} chunk
   * @yields {{opcode: number, payload: Buffer}} a whole text or binary message, or a control frame
   * @throws {FrameError} when the bytes break the protocol
   */
  *read(chunk) {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (; ; ) {
      const frame = this.#nextFrame();
      if (!frame) {
        return;
      }
      const message = frame.opcode >= Opcode.CLOSE ? frame : this.#join(frame);
      if (message) {
        yield message;
      }
    }
  }
  #nextFrame() {
    if (this.#size < 2) {
      return null;
    }
    const head = this.#peek(Math.min(this.#size, 10));
    const opcode = head[0] & 15;
    const final = (head[0] & 128) !== 0;
    const short = head[1] & 127;
    if (head[0] & 112) {
      throw new FrameError(1002, "a reserved bit is set");
    }
    if (head[1] & 128) {
      throw new FrameError(1002, "a server must not mask");
    }
    if (opcode > Opcode.PONG || opcode > Opcode.BINARY && opcode < Opcode.CLOSE) {
      throw new FrameError(1002, `there is no opcode ${opcode}`);
    }
    if (opcode >= Opcode.CLOSE && (!final || short > 125)) {
      throw new FrameError(1002, "a control frame is short and whole");
    }
    const headSize = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#size < headSize) {
      return null;
    }
    const size = short < 126 ? short : short === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
    if (size + (this.#fragments?.size ?? 0) > this.#maxPayload) {
      throw new FrameError(1009, "the message is too large");
    }
    if (this.#size < headSize + size) {
      return null;
    }
    this.#take(headSize);
    return { opcode, final, payload: this.#take(size) };
  }
  #join({ opcode, final, payload }) {
    if (opcode === Opcode.CONTINUATION !== (this.#fragments !== null)) {
      throw new FrameError(1002, "fragments are out of order");
    }
    if (final && !this.#fragments) {
      return { opcode, payload };
    }
    this.#fragments ??= { opcode, parts: [], size: 0 };
    this.#fragments.parts.push(payload);
    this.#fragments.size += payload.length;
    if (!final) {
      return null;
    }
    const whole = { opcode: this.#fragments.opcode, payload: Buffer.concat(this.#fragments.parts) };
    this.#fragments = null;
    return whole;
  }
  #peek(count) {
    if (this.#chunks[0].length < count) {
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
    return this.#chunks[0];
  }
  #take(count) {
    if (count === 0) {
      return Buffer.alloc(0);
    }
    const first = this.#peek(count);
    if (first.length === count) {
      this.#chunks.shift();
    } else {
      this.#chunks[0] = first.subarray(count);
    }
    this.#size -= count;
    return first.subarray(0, count);
  }
};

// src/node/NodeWebSocket.js
var GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
var STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
var EVENTS = ["open", "message", "error", "close"];
var CLOSE_TIMEOUT = 2e3;
var _url, _protocols, _protocol, _readyState, _request, _socket, _reader, _closeSent, _deaf, _closing, _timer, _open, open_fn, _upgraded, upgraded_fn, _faultOf, faultOf_fn, _received, received_fn, _handle, handle_fn, _deliver, deliver_fn, _receivedClose, receivedClose_fn, _startClosing, startClosing_fn, _write, write_fn, _failed, failed_fn, _closed, closed_fn, _emit, emit_fn;
var NodeWebSocket = class extends EventTarget {
  /**
   * Opens a connection.
   *
   * @param {string | URL} url `ws:` or `wss:`; `http:` and `https:` count as those
   * @param {string | string[]} [protocols] the subprotocols to ask for
   * @param {{headers?: object, maxPayload?: number, tls?: object}} [options] headers of the upgrade request; how
   *     many bytes a received message may have, 64 MiB by default; what `https.request` takes (`ca`, `cert`, …)
   * @throws {DOMException} SyntaxError for a bad URL or protocol
   */
  constructor(url, protocols = [], options = {}) {
    super();
    __privateAdd(this, _open);
    __privateAdd(this, _upgraded);
    /** Why an answer is none to our request; see RFC 6455, section 4.1. */
    __privateAdd(this, _faultOf);
    __privateAdd(this, _received);
    __privateAdd(this, _handle);
    __privateAdd(this, _deliver);
    __privateAdd(this, _receivedClose);
    __privateAdd(this, _startClosing);
    __privateAdd(this, _write);
    __privateAdd(this, _failed);
    __privateAdd(this, _closed);
    __privateAdd(this, _emit);
    __publicField(this, "CONNECTING", STATES.CONNECTING);
    __publicField(this, "OPEN", STATES.OPEN);
    __publicField(this, "CLOSING", STATES.CLOSING);
    __publicField(this, "CLOSED", STATES.CLOSED);
    /** Called with the events of the same names. */
    __publicField(this, "onopen", null);
    __publicField(this, "onmessage", null);
    __publicField(this, "onerror", null);
    __publicField(this, "onclose", null);
    /** What binary messages arrive as: `blob` or `arraybuffer`. */
    __publicField(this, "binaryType", "blob");
    __privateAdd(this, _url, void 0);
    __privateAdd(this, _protocols, void 0);
    __privateAdd(this, _protocol, "");
    __privateAdd(this, _readyState, STATES.CONNECTING);
    __privateAdd(this, _request, null);
    __privateAdd(this, _socket, null);
    __privateAdd(this, _reader, void 0);
    __privateAdd(this, _closeSent, false);
    /** Whether what still arrives does not matter. */
    __privateAdd(this, _deaf, false);
    /** What the close event will say. */
    __privateAdd(this, _closing, { code: 1006, reason: "", wasClean: false });
    __privateAdd(this, _timer, null);
    __privateSet(this, _url, webSocketURL(url));
    __privateSet(this, _protocols, Array.isArray(protocols) ? protocols.map(String) : [String(protocols)]);
    const invalid = __privateGet(this, _protocols).some((protocol) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(protocol));
    if (invalid || new Set(__privateGet(this, _protocols)).size !== __privateGet(this, _protocols).length) {
      throw new DOMException("a subprotocol is no token, or stands twice", "SyntaxError");
    }
    __privateSet(this, _reader, new FrameReader(options.maxPayload ?? 64 * 1024 * 1024));
    for (const type of EVENTS) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
    __privateMethod(this, _open, open_fn).call(this, options);
  }
  /** The address, absolute. */
  get url() {
    return __privateGet(this, _url).href;
  }
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState() {
    return __privateGet(this, _readyState);
  }
  /** The subprotocol that the server chose, or "". */
  get protocol() {
    return __privateGet(this, _protocol);
  }
  /** Always "". */
  get extensions() {
    return "";
  }
  /** How many bytes wait to be sent. */
  get bufferedAmount() {
    return __privateGet(this, _socket)?.writableLength ?? 0;
  }
  /**
   * Sends a message; once the connection is closing, nothing happens.
   *
   * @param {string | ArrayBuffer | ArrayBufferView} data text or bytes
   * @throws {DOMException} InvalidStateError before the connection is open
   */
  send(data) {
    if (__privateGet(this, _readyState) === STATES.CONNECTING) {
      throw new DOMException("the WebSocket is not open yet", "InvalidStateError");
    }
    if (__privateGet(this, _readyState) !== STATES.OPEN) {
      return;
    }
    if (ArrayBuffer.isView(data)) {
      __privateMethod(this, _write, write_fn).call(this, Opcode.BINARY, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    } else if (data instanceof ArrayBuffer) {
      __privateMethod(this, _write, write_fn).call(this, Opcode.BINARY, new Uint8Array(data));
    } else {
      __privateMethod(this, _write, write_fn).call(this, Opcode.TEXT, Buffer.from(String(data)));
    }
  }
  /**
   * Closes the connection.
   *
   * @param {number} [code] 1000, or 3000 to 4999
   * @param {string} [reason] at most 123 bytes as UTF-8
   * @throws {DOMException} InvalidAccessError for another code, SyntaxError for a longer reason
   */
  close(code, reason = "") {
    if (code !== void 0 && code !== 1e3 && !(code >= 3e3 && code <= 4999)) {
      throw new DOMException(`${code} is no code for applications`, "InvalidAccessError");
    }
    if (Buffer.byteLength(reason) > 123) {
      throw new DOMException("the reason is longer than 123 bytes", "SyntaxError");
    }
    if (__privateGet(this, _readyState) === STATES.CONNECTING) {
      __privateSet(this, _readyState, STATES.CLOSING);
      __privateGet(this, _request).destroy(new Error("closed before it was open"));
    } else if (__privateGet(this, _readyState) === STATES.OPEN) {
      __privateMethod(this, _startClosing, startClosing_fn).call(this, code, reason);
    }
  }
};
_url = new WeakMap();
_protocols = new WeakMap();
_protocol = new WeakMap();
_readyState = new WeakMap();
_request = new WeakMap();
_socket = new WeakMap();
_reader = new WeakMap();
_closeSent = new WeakMap();
_deaf = new WeakMap();
_closing = new WeakMap();
_timer = new WeakMap();
_open = new WeakSet();
open_fn = function({ headers, tls }) {
  const key = (0, import_node_crypto2.randomBytes)(16).toString("base64");
  const secure = __privateGet(this, _url).protocol === "wss:";
  const address = new URL(__privateGet(this, _url));
  address.protocol = secure ? "https:" : "http:";
  const upgrade = {
    ...headers,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": key
  };
  if (__privateGet(this, _protocols).length > 0) {
    upgrade["Sec-WebSocket-Protocol"] = __privateGet(this, _protocols).join(", ");
  }
  const settings = { ...secure ? tls : {}, agent: false, headers: upgrade };
  __privateSet(this, _request, (secure ? import_node_https.request : import_node_http.request)(address, settings));
  __privateGet(this, _request).on("upgrade", (response, socket, head) => __privateMethod(this, _upgraded, upgraded_fn).call(this, response, socket, head, key));
  __privateGet(this, _request).on("response", (response) => {
    response.resume();
    __privateGet(this, _request).destroy(new Error(`the server answered ${response.statusCode} instead of 101`));
  });
  __privateGet(this, _request).on("error", (error) => __privateMethod(this, _failed, failed_fn).call(this, error));
  __privateGet(this, _request).end();
};
_upgraded = new WeakSet();
upgraded_fn = function(response, socket, head, key) {
  const fault = __privateMethod(this, _faultOf, faultOf_fn).call(this, response, key);
  if (fault || __privateGet(this, _readyState) !== STATES.CONNECTING) {
    socket.destroy();
    __privateMethod(this, _failed, failed_fn).call(this, new Error(fault ?? "closed before it was open"));
    return;
  }
  __privateSet(this, _socket, socket);
  __privateSet(this, _protocol, response.headers["sec-websocket-protocol"] ?? "");
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on("data", (chunk) => __privateMethod(this, _received, received_fn).call(this, chunk));
  socket.on("end", () => socket.end());
  socket.on("error", (error) => __privateMethod(this, _emit, emit_fn).call(this, "error", { message: error.message, error }));
  socket.on("close", () => __privateMethod(this, _closed, closed_fn).call(this));
  __privateSet(this, _readyState, STATES.OPEN);
  __privateMethod(this, _emit, emit_fn).call(this, "open");
  if (head.length > 0) {
    __privateMethod(this, _received, received_fn).call(this, head);
  }
};
_faultOf = new WeakSet();
faultOf_fn = function({ headers }, key) {
  const accept = (0, import_node_crypto2.createHash)("sha1").update(key + GUID).digest("base64");
  const chosen = headers["sec-websocket-protocol"];
  if (headers.upgrade?.toLowerCase() !== "websocket" || headers["sec-websocket-accept"] !== accept) {
    return "the answer is not a WebSocket's";
  }
  if (headers["sec-websocket-extensions"]) {
    return "the server chose an extension that was not asked for";
  }
  if (chosen !== void 0 && !__privateGet(this, _protocols).includes(chosen)) {
    return "the server chose a subprotocol that was not asked for";
  }
  return null;
};
_received = new WeakSet();
received_fn = function(chunk) {
  if (__privateGet(this, _deaf)) {
    return;
  }
  try {
    for (const { opcode, payload } of __privateGet(this, _reader).read(chunk)) {
      __privateMethod(this, _handle, handle_fn).call(this, opcode, payload);
      if (__privateGet(this, _deaf)) {
        return;
      }
    }
  } catch (error) {
    __privateSet(this, _deaf, true);
    __privateMethod(this, _startClosing, startClosing_fn).call(this, error instanceof FrameError ? error.code : 1011, error.message.slice(0, 100));
    __privateMethod(this, _emit, emit_fn).call(this, "error", { message: error.message, error });
    __privateGet(this, _socket).end();
  }
};
_handle = new WeakSet();
handle_fn = function(opcode, payload) {
  switch (opcode) {
    case Opcode.TEXT:
      __privateMethod(this, _deliver, deliver_fn).call(this, utf8(payload));
      break;
    case Opcode.BINARY:
      __privateMethod(this, _deliver, deliver_fn).call(this, this.binaryType === "blob" ? new Blob([payload]) : Uint8Array.from(payload).buffer);
      break;
    case Opcode.PING:
      __privateMethod(this, _write, write_fn).call(this, Opcode.PONG, payload);
      break;
    case Opcode.CLOSE:
      __privateMethod(this, _receivedClose, receivedClose_fn).call(this, payload);
      break;
    default:
  }
};
_deliver = new WeakSet();
deliver_fn = function(data) {
  if (__privateGet(this, _readyState) === STATES.OPEN) {
    __privateMethod(this, _emit, emit_fn).call(this, "message", { data, origin: __privateGet(this, _url).origin });
  }
};
_receivedClose = new WeakSet();
receivedClose_fn = function(payload) {
  if (payload.length === 1) {
    throw new FrameError(1002, "a close frame has a code of two bytes, or none");
  }
  const code = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
  if (payload.length > 0 && !isWireCode(code)) {
    throw new FrameError(1002, `${code} is no code of a close frame`);
  }
  __privateSet(this, _closing, { code, reason: utf8(payload.subarray(2)), wasClean: true });
  __privateSet(this, _deaf, true);
  __privateMethod(this, _startClosing, startClosing_fn).call(this, code === 1005 ? void 0 : code);
  __privateGet(this, _socket).end();
};
_startClosing = new WeakSet();
startClosing_fn = function(code, reason = "") {
  if (__privateGet(this, _closeSent)) {
    return;
  }
  const payload = code === void 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  if (code !== void 0) {
    payload.writeUInt16BE(code, 0);
  }
  __privateMethod(this, _write, write_fn).call(this, Opcode.CLOSE, payload);
  __privateSet(this, _closeSent, true);
  __privateSet(this, _readyState, STATES.CLOSING);
  __privateSet(this, _timer, setTimeout(() => __privateGet(this, _socket).destroy(), CLOSE_TIMEOUT));
};
_write = new WeakSet();
write_fn = function(opcode, payload) {
  if (!__privateGet(this, _closeSent) && __privateGet(this, _socket).writable) {
    __privateGet(this, _socket).write(clientFrame(opcode, payload));
  }
};
_failed = new WeakSet();
failed_fn = function(error) {
  if (__privateGet(this, _readyState) !== STATES.CLOSED) {
    __privateMethod(this, _emit, emit_fn).call(this, "error", { message: error.message, error });
    __privateMethod(this, _closed, closed_fn).call(this);
  }
};
_closed = new WeakSet();
closed_fn = function() {
  if (__privateGet(this, _readyState) !== STATES.CLOSED) {
    clearTimeout(__privateGet(this, _timer));
    __privateSet(this, _readyState, STATES.CLOSED);
    __privateMethod(this, _emit, emit_fn).call(this, "close", __privateGet(this, _closing));
  }
};
_emit = new WeakSet();
emit_fn = function(type, properties) {
  this.dispatchEvent(Object.assign(new Event(type), properties));
};
__publicField(NodeWebSocket, "CONNECTING", STATES.CONNECTING);
__publicField(NodeWebSocket, "OPEN", STATES.OPEN);
__publicField(NodeWebSocket, "CLOSING", STATES.CLOSING);
__publicField(NodeWebSocket, "CLOSED", STATES.CLOSED);
function webSocketURL(given) {
  let url;
  try {
    url = new URL(given);
  } catch {
    throw new DOMException(`${given} is no URL`, "SyntaxError");
  }
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new DOMException(`${given} is no address of a WebSocket`, "SyntaxError");
  }
  url.hash = "";
  return url;
}
function isWireCode(code) {
  return code >= 1e3 && code <= 1014 && ![1004, 1005, 1006].includes(code) || code >= 3e3 && code <= 4999;
}
function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError(1007, "a text is not UTF-8");
  }
}

// src/node/cookieFetch.js
function cookieFetch(fetch = globalThis.fetch) {
  const jar = /* @__PURE__ */ new Map();
  return async (resource, options = {}) => {
    const url = new URL(resource?.url ?? resource);
    const headers = new Headers(options.headers ?? resource?.headers);
    const cookies = cookiesFor(url, jar.get(url.host));
    if (cookies && !headers.has("Cookie")) {
      headers.set("Cookie", cookies);
    }
    const response = await fetch(resource, { ...options, headers });
    for (const line of response.headers.getSetCookie()) {
      const cookie = parse(line, url);
      if (cookie) {
        const cookiesOfHost = jar.get(url.host) ?? /* @__PURE__ */ new Map();
        jar.set(url.host, cookiesOfHost);
        const key = `${cookie.name} ${cookie.path}`;
        if (cookie.expires <= Date.now()) {
          cookiesOfHost.delete(key);
        } else {
          cookiesOfHost.set(key, cookie);
        }
      }
    }
    return response;
  };
}
function cookiesFor(url, cookiesOfHost) {
  return [...cookiesOfHost?.values() ?? []].filter((cookie) => cookie.expires > Date.now() && (!cookie.secure || url.protocol === "https:")).filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`)).map(({ name, value }) => `${name}=${value}`).join("; ");
}
function parse(line, url) {
  const [pair, ...attributes] = line.split(";").map((part) => part.trim());
  const separator = pair.indexOf("=");
  if (separator < 1) {
    return null;
  }
  const cookie = {
    name: pair.slice(0, separator).trim(),
    value: pair.slice(separator + 1).trim(),
    path: url.pathname.replace(/\/[^/]*$/, "") || "/",
    secure: false,
    expires: Infinity
  };
  let maxAge;
  for (const attribute of attributes) {
    const [, name, value = ""] = /^([^=]*)=?(.*)$/s.exec(attribute);
    switch (name.trim().toLowerCase()) {
      case "path":
        cookie.path = value.startsWith("/") ? value : cookie.path;
        break;
      case "secure":
        cookie.secure = true;
        break;
      case "max-age":
        maxAge = /^-?\d+$/.test(value) ? Number(value) : maxAge;
        break;
      case "expires":
        cookie.expires = Number.isNaN(Date.parse(value)) ? Infinity : Date.parse(value);
        break;
      case "domain": {
        const domain = value.replace(/^\./, "").toLowerCase();
        if (domain && url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) {
          return null;
        }
        break;
      }
      default:
    }
  }
  if (maxAge !== void 0) {
    cookie.expires = maxAge > 0 ? Date.now() + maxAge * 1e3 : 0;
  }
  return cookie;
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  NodeWebSocket,
  cookieFetch
});
