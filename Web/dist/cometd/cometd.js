/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define([], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory();
    } else {
        Object.assign((root.org = root.org || {}).cometd = root.org.cometd || {}, factory());
    }
})(typeof globalThis === "undefined" ? this : globalThis, function () {
    "use strict";
    // src/channels.js
    function isMeta(channel) {
      return channel.startsWith("/meta/");
    }
    function wildcardsOf(channel) {
      const wildcards = [];
      let end = channel.lastIndexOf("/");
      if (end >= 0) {
        wildcards.push(`${channel.slice(0, end)}/*`);
      }
      while (end >= 0) {
        wildcards.push(`${channel.slice(0, end)}/**`);
        end = end === 0 ? -1 : channel.lastIndexOf("/", end - 1);
      }
      return wildcards;
    }

    // src/channelMessages.js
    function channelMessages(cometd, channel, { limit = 1e3, signal } = {}) {
      const waiting = [];
      const readers = [];
      let end = null;
      let handle = null;
      let isMissing = false;
      const finish = (result) => {
        if (end) {
          return;
        }
        end = result;
        cometd.removeListener(handshakes);
        cometd.removeListener(connects);
        forget();
        signal?.removeEventListener("abort", aborted);
        if (handle && !cometd.isDisconnected()) {
          cometd.unsubscribe(handle);
        }
        for (const reader of readers.splice(0)) {
          end.settle(reader);
          end = done;
        }
      };
      const received = (message) => {
        if (readers.length > 0) {
          readers.shift().fulfil({ value: message, done: false });
        } else if (waiting.length < limit) {
          waiting.push(message);
        } else {
          finish(failed(new Error(`More than ${limit} messages of ${channel} wait to be read`)));
        }
      };
      const subscribe = () => {
        isMissing = false;
        handle = cometd.subscribe(channel, received, {}, (reply) => {
          if (reply.successful || end) {
            return;
          }
          handle = null;
          if (reply.failure) {
            isMissing = true;
          } else {
            finish(failed(new Error(`${channel}: ${reply.error}`)));
          }
        });
      };
      const handshakes = cometd.addListener("/meta/handshake", (reply) => reply.successful && subscribe());
      const connects = cometd.addListener("/meta/connect", (reply) => {
        if (reply.successful && isMissing && !cometd.isDisconnected()) {
          subscribe();
        }
      });
      const forget = cometd._whenEnded(() => finish(done));
      const aborted = () => finish(done);
      signal?.addEventListener("abort", aborted);
      if (signal?.aborted) {
        finish(done);
      } else if (cometd.getClientId() !== null && !cometd.isDisconnected()) {
        subscribe();
      }
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next() {
          if (waiting.length > 0) {
            return Promise.resolve({ value: waiting.shift(), done: false });
          }
          return new Promise((fulfil, reject) => {
            if (end) {
              end.settle({ fulfil, reject });
              end = done;
            } else {
              readers.push({ fulfil, reject });
            }
          });
        },
        return() {
          finish(done);
          waiting.length = 0;
          return Promise.resolve({ value: void 0, done: true });
        }
      };
    }
    var done = { settle: ({ fulfil }) => fulfil({ value: void 0, done: true }) };
    function failed(error) {
      return { settle: ({ reject }) => reject(error) };
    }

    // src/CometDPromises.js
    var CometDPromises = class {
      #cometd;
      constructor(cometd) {
        this.#cometd = cometd;
      }
      /**
       * Fulfilled when there is a session. Failed attempts are repeated by the client; the promise is rejected when it
       * has given up.
       */
      handshake(properties) {
        return new Promise((fulfil, reject) => {
          let last = { channel: "/meta/handshake", failure: { reason: "Disconnected" } };
          let forget = () => {
          };
          this.#cometd.handshake(properties, (reply) => {
            last = reply;
            if (reply.successful) {
              forget();
              fulfil(reply);
            }
          });
          forget = this.#cometd._whenEnded(() => reject(asError(last)));
        });
      }
      disconnect(properties) {
        if (this.#cometd.isDisconnected()) {
          return Promise.resolve({ channel: "/meta/disconnect", successful: true });
        }
        return this.#promise((callback) => this.#cometd.disconnect(properties ?? {}, callback));
      }
      publish(channel, data, properties) {
        return this.#promise((callback) => this.#cometd.publish(channel, data, properties, callback));
      }
      publishBinary(channel, data, last = true, meta = {}, properties = void 0) {
        return this.#promise((callback) => {
          this.#cometd.publishBinary(channel, data, last, meta, callback, properties);
        });
      }
      remoteCall(target, data, timeout, properties) {
        const limit = timeout ?? this.#cometd.getConfiguration().maxNetworkDelay;
        return this.#promise((callback) => this.#cometd.remoteCall(target, data, limit, properties, callback));
      }
      remoteCallBinary(target, data, last = true, meta = {}, timeout = void 0, properties = {}) {
        const limit = timeout ?? this.#cometd.getConfiguration().maxNetworkDelay;
        return this.#promise((callback) => {
          this.#cometd.remoteCallBinary(target, data, last, meta, limit, properties, callback);
        });
      }
      /** Fulfilled with the subscription's handle. */
      subscribe(channel, callback, properties) {
        let handle;
        return this.#promise((replied) => {
          handle = this.#cometd.subscribe(channel, callback, properties, replied);
        }).then(() => handle);
      }
      unsubscribe(handle, properties) {
        return this.#promise((callback) => this.#cometd.unsubscribe(handle, properties, callback));
      }
      #promise(call) {
        return new Promise((fulfil, reject) => {
          call((reply) => reply.successful ? fulfil(reply) : reject(asError(reply)));
        });
      }
    };
    function asError(reply) {
      const reason = reply.error ?? reply.failure?.reason ?? "unsuccessful";
      const error = new Error(`${reply.channel}: ${reason}`, { cause: reply.failure?.exception });
      error.name = "CometDError";
      error.reply = reply;
      return error;
    }

    // src/Utils.js
    var Utils = {
      isString(value) {
        return typeof value === "string" || value instanceof String;
      },
      isFunction(value) {
        return typeof value === "function";
      },
      isArray(value) {
        return Array.isArray(value);
      },
      /** The place of `element` in `array`, or -1. */
      inArray(element, array) {
        return array.indexOf(element);
      },
      /** @deprecated Use `cometd.setTimeout`, which also runs on time in a tab in the background. */
      setTimeout(cometd, callback, delay) {
        return cometd.setTimeout(callback, delay);
      },
      clearTimeout(cometd, handle) {
        cometd.clearTimeout(handle);
      }
    };
    function isObject(value) {
      return typeof value === "object" && value !== null && !Array.isArray(value);
    }
    function merge(target, ...sources) {
      for (const source of sources) {
        for (const [name, value] of Object.entries(source ?? {})) {
          if (value === void 0 || name === "__proto__") {
            continue;
          }
          target[name] = isPlain(value) ? merge(isPlain(target[name]) ? target[name] : {}, value) : value;
        }
      }
      return target;
    }
    function isPlain(value) {
      if (!isObject(value)) {
        return false;
      }
      const prototype = Object.getPrototypeOf(value);
      return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
    }
    function scopedCallback(scope, callback) {
      if (typeof scope === "function" && callback === void 0) {
        return { scope: void 0, method: scope };
      }
      const method = typeof callback === "string" ? scope?.[callback] : callback;
      if (typeof method !== "function") {
        throw new Error(
          typeof callback === "string" ? `Invalid callback ${callback} for scope ${scope}` : "Invalid callback: it must be a function"
        );
      }
      return { scope, method };
    }
    function propertiesAndCallback(properties, callback) {
      return typeof properties === "function" ? [void 0, properties] : [properties ?? void 0, callback];
    }

    // src/configuration.js
    function defaults() {
      return {
        urls: {},
        protocol: null,
        logLevel: "info",
        maxConnections: 2,
        backoffIncrement: 1e3,
        maxBackoff: 6e4,
        maxNetworkDelay: 1e4,
        requestHeaders: {},
        appendMessageTypeToURL: true,
        autoBatch: false,
        connectTimeout: 0,
        stickyReconnect: true,
        maxURILength: 2e3,
        useWorkerScheduler: true,
        advice: { timeout: 6e4, interval: 0, maxInterval: 0 }
      };
    }
    function configured(before, given) {
      const configuration = merge({}, before, typeof given === "string" ? { url: given } : given);
      if (!configuration.url) {
        throw new Error("Missing required configuration parameter 'url' specifying the Bayeux server URL");
      }
      return configuration;
    }
    function canAppendTo(url) {
      const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "");
      if (/[?#]/.test(path)) {
        return false;
      }
      return !path.replace(/\/$/, "").split("/").pop().includes(".");
    }
    function isCrossOrigin(url, location = globalThis.location) {
      if (!location?.href) {
        return false;
      }
      try {
        return new URL(url, location.href).host !== location.host;
      } catch {
        return false;
      }
    }

    // src/PendingReplies.js
    var PendingReplies = class {
      #entries = /* @__PURE__ */ new Map();
      #scheduler;
      /** @param scheduler `{setTimeout, clearTimeout}` */
      constructor(scheduler) {
        this.#scheduler = scheduler;
      }
      /**
       * @param {string} id
       * @param entry `{message, callback, isCall, timer}`; of a call the reply with the result counts, not the
       *     acknowledgement. The timer, if there is one, is cleared when the entry is taken
       */
      add(id, entry) {
        this.#entries.set(id, entry);
      }
      get(id) {
        return this.#entries.get(id);
      }
      take(id) {
        const entry = this.#entries.get(id);
        if (entry) {
          this.#entries.delete(id);
          if (entry.timer !== void 0) {
            this.#scheduler.clearTimeout(entry.timer);
          }
        }
        return entry;
      }
      /** All of them; none waits any more. */
      takeAll() {
        return [...this.#entries.keys()].map((id) => this.take(id));
      }
    };

    // src/Reconnection.js
    var longest = 2 ** 31 - 1;
    var Reconnection = class {
      /** `disconnected`, `handshaking`, `connecting`, `connected` or `disconnecting`. */
      status = "disconnected";
      #options = {};
      #advice = {};
      #backoff = 0;
      #lostAt = null;
      get isDisconnected() {
        return this.status === "disconnected" || this.status === "disconnecting";
      }
      /** Whether a connect has succeeded and none has failed since. */
      get isConnected() {
        return this.status === "connected";
      }
      get advice() {
        return this.#advice;
      }
      get backoff() {
        return this.#backoff;
      }
      /** @param options `{backoffIncrement, maxBackoff, advice}` */
      configure(options) {
        this.#options = options;
      }
      /** Forgets what the server advised, before a new beginning. */
      reset() {
        this.#advice = { ...this.#options.advice };
        this.resetBackoff();
      }
      /** Takes the server's advice over; what is no number where one belongs does not count. */
      adviceReceived(advice) {
        this.#advice = { ...this.#options.advice, ...advice };
        for (const name of ["timeout", "interval", "maxInterval"]) {
          const number = this.#advice[name];
          if (!Number.isFinite(number)) {
            this.#advice[name] = this.#options.advice?.[name] ?? 0;
          }
          this.#advice[name] = Math.min(this.#advice[name], longest);
        }
      }
      increaseBackoff() {
        if (this.#backoff < this.#options.maxBackoff) {
          this.#backoff = Math.min(this.#backoff + this.#options.backoffIncrement, this.#options.maxBackoff);
        }
        return this.#backoff;
      }
      resetBackoff() {
        this.#backoff = 0;
        this.#lostAt = null;
      }
      /** A handshake comes next; what the server advised instead of one does not hold beyond it. */
      beginHandshake() {
        this.status = "handshaking";
        this.#advice = { ...this.#advice };
        delete this.#advice.reconnect;
      }
      handshakeSucceeded() {
        this.#lostAt = null;
        this.status = "connecting";
        return this.#as(this.#advice.reconnect ?? "retry", 0);
      }
      connectSucceeded() {
        this.status = "connected";
        this.resetBackoff();
        return this.#as(this.#advice.reconnect ?? "retry", this.#interval);
      }
      /** The server refused a handshake; without advice it means it. */
      handshakeRefused() {
        const action = this.#advice.reconnect ?? "none";
        return this.#as(action === "none" ? "none" : "handshake", this.#nextDelay());
      }
      /** The server refused a connect, as when it does not know the session any more. */
      connectRefused() {
        this.status = "connecting";
        return this.#as(this.#advice.reconnect ?? "retry", this.#nextDelay());
      }
      /** No reply to a handshake came. */
      handshakeFailed({ hasNextTransport }) {
        return this.#as("handshake", hasNextTransport ? 0 : this.#nextDelay());
      }
      /**
       * No reply to a connect came.
       *
       * The session is retried, but not beyond the time for which the server promised to keep it (`advice.maxInterval`).
       *
       * @param {number} now milliseconds since any fixed time
       */
      connectFailed(now) {
        this.status = "connecting";
        this.#lostAt ??= now;
        const delay = this.#nextDelay();
        const { maxInterval = 0, timeout = 0 } = this.#advice;
        const isGone = maxInterval > 0 && now + delay - this.#lostAt > maxInterval + timeout;
        return this.#as(isGone ? "handshake" : "retry", delay);
      }
      get #interval() {
        return this.#advice.interval > 0 ? this.#advice.interval : 0;
      }
      // The first attempt comes at once, each further one later.
      #nextDelay() {
        const delay = this.#interval + this.#backoff;
        this.increaseBackoff();
        return delay;
      }
      #as(action, delay) {
        return { action: ["retry", "handshake"].includes(action) ? action : "none", delay };
      }
    };

    // src/transports/Transport.js
    var Transport = class {
      _type = null;
      _cometd = null;
      /** A transport whose methods, unless replaced, are those of another; only one of them can be used. */
      static derive(transport) {
        return Object.create(transport);
      }
      /** Called when the transport is registered with a client. */
      registered(type, cometd) {
        this._type = type;
        this._cometd = cometd;
      }
      /** Called when the transport is taken from its client. */
      unregistered() {
        this._type = null;
        this._cometd = null;
      }
      /** The connection type, such as `long-polling`; null when not registered. */
      getType() {
        return this._type;
      }
      /** The client; null when not registered. */
      get cometd() {
        return this._cometd;
      }
      getConfiguration() {
        return this._cometd.getConfiguration();
      }
      /** The server's advice. */
      getAdvice() {
        return this._cometd.getAdvice();
      }
      setTimeout(callback, delay) {
        return this._cometd.setTimeout(callback, delay);
      }
      clearTimeout(handle) {
        this._cometd.clearTimeout(handle);
      }
      /**
       * Whether this transport can be used at all, and is worth trying.
       *
       * @param {string} version the protocol's, `1.0`
       * @param {boolean} crossDomain whether the server is another than the page's
       * @param {string} url
       */
      // eslint-disable-next-line no-unused-vars
      accept(version2, crossDomain, url) {
        throw new Error("A transport must implement accept()");
      }
      /** Sends the messages of an envelope; `metaConnect` tells that the reply may be held for long. */
      // eslint-disable-next-line no-unused-vars
      send(envelope, metaConnect) {
        throw new Error("A transport must implement send()");
      }
      /** Forgets what was learnt of the server; all of it when `init` is true, before a new session begins. */
      // eslint-disable-next-line no-unused-vars
      reset(init) {
      }
      /** Gives up what is under way; its messages fail. */
      abort() {
      }
      /**
       * The messages in a text from the server.
       *
       * @throws {Error} when it is not JSON, or does not hold objects only
       */
      convertToMessages(text) {
        if (text === void 0 || text === null || text === "") {
          return [];
        }
        const value = typeof text === "string" ? JSON.parse(text) : text;
        const messages = Array.isArray(value) ? value : value === null ? [] : [value];
        if (!messages.every((message) => typeof message === "object" && message !== null && !Array.isArray(message))) {
          throw new Error("Invalid message from the server");
        }
        return messages;
      }
      /** How long the reply to a connect or another message may take: milliseconds, 0 for no limit. */
      maxDelay(metaConnect, messages) {
        const { maxNetworkDelay } = this.getConfiguration();
        if (!metaConnect || !(maxNetworkDelay > 0)) {
          return maxNetworkDelay;
        }
        const asked = messages.find((message) => message.channel === "/meta/connect")?.advice?.timeout;
        return maxNetworkDelay + (asked ?? this.getAdvice().timeout ?? 0);
      }
      _debug(...parts) {
        this._cometd?._debug("transport", this._type, ...parts);
      }
    };

    // src/transports/RequestTransport.js
    var RequestTransport = class extends Transport {
      _connect = null;
      _requests = /* @__PURE__ */ new Set();
      _waiting = [];
      /**
       * Makes the request, and has one of `transportSuccess` and `transportFailure` called when it ends.
       *
       * @param envelope what is sent
       * @param request set `request.abort` to a function that gives it up, and `request.fail(failure)` when there is more to
       *     do than to call `transportFailure`
       */
      // eslint-disable-next-line no-unused-vars
      transportSend(envelope, request) {
        throw new Error("A request transport must implement transportSend()");
      }
      send(envelope, metaConnect) {
        if (metaConnect) {
          if (this._connect) {
            const failure = { reason: "Concurrent /meta/connect requests are not allowed" };
            this.setTimeout(() => envelope.onFailure(null, envelope.messages, failure), 0);
            return;
          }
          this._start(envelope, true);
        } else if (envelope.sync || this._requests.size < this._slots()) {
          this._start(envelope, false);
        } else {
          this._waiting.push(envelope);
        }
      }
      /** Called with the messages that answer a request. */
      transportSuccess(envelope, request, received) {
        if (this._end(request)) {
          try {
            envelope.onSuccess(received, envelope);
          } finally {
            this._startWaiting();
          }
        }
      }
      /** Called with the reason, `{reason, httpCode, exception}`, when a request came to nothing. */
      transportFailure(envelope, request, failure) {
        if (this._end(request)) {
          try {
            envelope.onFailure(request.conduit ?? null, envelope.messages, failure);
          } finally {
            this._startWaiting();
          }
        }
      }
      abort() {
        const waiting = this._waiting.splice(0);
        for (const request of [...this._requests, ...this._connect ? [this._connect] : []]) {
          this._giveUp(request, { reason: "Aborted" });
        }
        for (const envelope of waiting) {
          envelope.onFailure(null, envelope.messages, { reason: "Aborted" });
        }
      }
      reset(init) {
        if (init) {
          this.abort();
        }
      }
      _slots() {
        return Math.max(1, this.getConfiguration().maxConnections - 1);
      }
      _start(envelope, metaConnect) {
        const request = { metaConnect, envelope, timer: null, abort: null };
        if (metaConnect) {
          this._connect = request;
        } else {
          this._requests.add(request);
        }
        const delay = this.maxDelay(metaConnect, envelope.messages);
        if (delay > 0) {
          request.timer = this.setTimeout(() => {
            this._giveUp(request, { reason: `Request exceeded ${delay} ms, the longest delay of the network` });
          }, delay);
        }
        try {
          this.transportSend(envelope, request);
        } catch (exception) {
          this.setTimeout(() => this.transportFailure(envelope, request, { reason: "error", exception }), 0);
        }
      }
      _giveUp(request, failure) {
        const abort = request.abort;
        if (request.fail) {
          request.fail(failure);
        } else {
          this.transportFailure(request.envelope, request, failure);
        }
        abort?.();
      }
      /** @returns {boolean} false when the request had ended already */
      _end(request) {
        const known = request.metaConnect ? this._connect === request : this._requests.has(request);
        if (!known) {
          return false;
        }
        if (request.metaConnect) {
          this._connect = null;
        } else {
          this._requests.delete(request);
        }
        if (request.timer !== null) {
          this.clearTimeout(request.timer);
        }
        return true;
      }
      _startWaiting() {
        while (this.cometd && this._waiting.length > 0 && this._requests.size < this._slots()) {
          const envelope = this._waiting.shift();
          if (this.getConfiguration().autoBatch && !envelope.type) {
            const isFellow = (other) => other.url === envelope.url && !other.type;
            const fellows = this._waiting.filter(isFellow);
            this._waiting = this._waiting.filter((other) => !isFellow(other));
            envelope.messages = envelope.messages.concat(...fellows.map((other) => other.messages));
          }
          this._start(envelope, false);
        }
      }
    };

    // src/Engine.js
    var version = "1.0";
    var Engine = class {
      reconnection = new Reconnection();
      transport = null;
      clientID = null;
      #cometd;
      #configuration = {};
      #registry;
      #extensions;
      #listeners;
      #scheduler;
      #pending;
      // What the session before was waiting for, while it ends.
      #ended;
      #handshakeProperties;
      #handshakeCallback;
      #hasHandshaken = false;
      // The types of transport with which the handshake has been tried.
      #tried = /* @__PURE__ */ new Set();
      // Another session of the application's, not one that replaces a lost one.
      #generation = 0;
      #lastID = 0;
      #connectID = null;
      #scheduled = null;
      // What was scheduled before this changed has no effect any more.
      #epoch = 0;
      #batches = 0;
      // During a handshake everything waits for the new session.
      #isHandshaking = false;
      #queue = [];
      constructor(cometd, { registry: registry2, extensions, listeners, scheduler }) {
        this.#cometd = cometd;
        this.#registry = registry2;
        this.#extensions = extensions;
        this.#listeners = listeners;
        this.#scheduler = scheduler;
        this.#pending = new PendingReplies(scheduler);
      }
      configure(configuration) {
        this.#configuration = configuration;
        this.reconnection.configure(configuration);
        if (this.reconnection.status === "disconnected") {
          this.reconnection.reset();
        }
      }
      get isDisconnected() {
        return this.reconnection.isDisconnected;
      }
      /** Whether messages wait at the moment. */
      get isBatching() {
        return this.#batches > 0 || this.#isHandshaking;
      }
      get url() {
        return this.#urlOf(this.transport);
      }
      // Sessions
      handshake(properties, callback) {
        this.#registry.reset(true);
        this.reconnection.reset();
        this.#listeners.clearSubscriptions();
        this.#handshakeProperties = properties;
        this.#handshakeCallback = callback;
        this.#hasHandshaken = false;
        this.#tried.clear();
        this.#generation += 1;
        this.#batches = 0;
        this.#startHandshake();
      }
      disconnect(properties, callback, sync) {
        const isKnown = this.clientID !== null;
        this.#cancelScheduled();
        this.reconnection.status = "disconnecting";
        const message = merge({}, properties, { channel: "/meta/disconnect" });
        if (isKnown) {
          this.#transmit([{ message, callback }], "disconnect", sync);
          return;
        }
        this.#later(0, () => {
          this.#finish();
          const reply = { channel: "/meta/disconnect", successful: true };
          this.call(callback, reply);
          this.notify(reply.channel, reply);
        });
      }
      /** Ends the session here, without telling the server. */
      #finish() {
        this.#cancelScheduled();
        const { transport } = this;
        const [queue, pending, endings] = [this.#queue, this.#pending, this.#cometd._takeEndings()];
        this.transport = null;
        this.clientID = null;
        this.#queue = [];
        this.#pending = new PendingReplies(this.#scheduler);
        this.#ended = pending;
        this.#isHandshaking = false;
        this.#batches = 0;
        this.#connectID = null;
        this.#generation += 1;
        this.reconnection.status = "disconnected";
        this.reconnection.resetBackoff();
        transport?.abort();
        this.#failEntries([...pending.takeAll(), ...queue], { reason: "Disconnected" });
        for (const ending of endings) {
          this.#guarded(ending);
        }
      }
      #startHandshake() {
        this.#cancelScheduled();
        this.clientID = null;
        this.#connectID = null;
        this.#isHandshaking = true;
        this.reconnection.beginHandshake();
        const types = this.#usableTypes();
        const message = merge({}, this.#handshakeProperties, {
          version,
          minimumVersion: version,
          channel: "/meta/handshake",
          supportedConnectionTypes: types,
          advice: { timeout: this.reconnection.advice.timeout, interval: this.reconnection.advice.interval }
        });
        if (types.length === 0) {
          const failure = { reason: "Could not find a transport" };
          this.#later(0, () => {
            this.hook("onTransportException", [this.transport?.getType() ?? null, null, failure]);
            this.#handshakeFailed(message, failure, { action: "none", delay: 0 });
          });
          return;
        }
        this.transport = this.#registry.find(types[0]);
        this.#tried.add(types[0]);
        this.#transmit([{ message }], "handshake");
      }
      #usableTypes() {
        const { url } = this.#configuration;
        return this.#registry.findTransportTypes(version, isCrossOrigin(url), url);
      }
      #connect() {
        if (this.#registry.find(this.transport.getType()) !== this.transport) {
          this.#proceed({ action: "handshake", delay: 0 });
          return;
        }
        const message = { channel: "/meta/connect", connectionType: this.transport.getType() };
        if (!this.reconnection.isConnected) {
          message.advice = { timeout: 0 };
        }
        this.#transmit([{ message }], "connect");
      }
      /** Does what was decided, unless the application has disconnected meanwhile. */
      #proceed({ action, delay }) {
        if (this.isDisconnected) {
          return;
        }
        switch (action) {
          case "retry":
            this.#later(delay, () => this.#connect());
            break;
          case "handshake":
            if (this.reconnection.status !== "handshaking") {
              this.#loseSession();
            }
            this.#later(delay, () => this.#startHandshake());
            break;
          default:
            this.#finish();
        }
      }
      /** Messages wait for the new session from now on; it knows nothing of what the old one was asked. */
      #loseSession() {
        this.#isHandshaking = true;
        this.reconnection.beginHandshake();
        this.#listeners.clearSubscriptions();
        this.#failEntries(this.#pending.takeAll(), { reason: "The session was lost" });
      }
      #later(delay, action) {
        this.#cancelScheduled();
        const epoch = this.#epoch;
        const run = () => {
          if (this.#epoch === epoch) {
            this.#scheduled = null;
            action();
          }
        };
        if (delay > 0) {
          this.#scheduled = this.#scheduler.setTimeout(run, delay);
        } else {
          Promise.resolve().then(run);
        }
      }
      #cancelScheduled() {
        this.#epoch += 1;
        if (this.#scheduled !== null) {
          this.#scheduler.clearTimeout(this.#scheduled);
          this.#scheduled = null;
        }
      }
      // Sending
      /** Sends a message, or lets it wait for the end of a batch or handshake. */
      send(entry) {
        if (entry.timeout > 0) {
          entry.timer = this.#scheduler.setTimeout(() => this.#expire(entry), entry.timeout);
        }
        if (this.isBatching) {
          this.#queue.push(entry);
        } else {
          this.#transmit([entry]);
        }
      }
      startBatch() {
        this.#batches += 1;
      }
      endBatch() {
        this.#batches = Math.max(0, this.#batches - 1);
        if (!this.isBatching && !this.isDisconnected) {
          this.#flush();
        }
      }
      #flush() {
        const entries = this.#queue.splice(0);
        if (entries.length > 0) {
          this.#transmit(entries);
        }
      }
      /**
       * @param entries `{message, callback, isCall, timeout}` each
       * @param type `handshake`, `connect` or `disconnect`, for messages that go alone
       */
      #transmit(entries, type, sync = false) {
        const messages = [];
        for (const entry of entries) {
          const id = String(++this.#lastID);
          entry.message.id = id;
          if (type === "connect") {
            this.#connectID = id;
          }
          if (type !== "handshake") {
            entry.message.clientId = this.clientID;
          }
          const message = this.#extensions.outgoing(entry.message);
          if (entry.callback) {
            this.#pending.add(id, entry);
          }
          if (message === null) {
            if (type !== "handshake" && type !== "connect") {
              const failure = { reason: "Deleted by an extension" };
              Promise.resolve().then(() => this.#fail(entry.message, failure));
            }
            continue;
          }
          message.id = id;
          entry.message = message;
          messages.push(message);
        }
        if (messages.length === 0) {
          return;
        }
        this.#log("debug", "sending", messages);
        const envelope = {
          url: this.#urlOf(this.transport, type),
          type,
          sync,
          messages,
          onSuccess: (received, sent = envelope) => {
            this.received(received);
            this.#failUnanswered(received, sent.messages);
          },
          onFailure: (conduit, failed2, failure) => this.#failAll(failed2, failure)
        };
        this.transport.send(envelope, type === "connect");
      }
      #urlOf(transport, type) {
        const url = this.#configuration.urls?.[transport?.getType()] ?? this.#configuration.url;
        const { appendMessageTypeToURL } = this.#configuration;
        if (!type || !appendMessageTypeToURL || !(transport instanceof RequestTransport) || !canAppendTo(url)) {
          return url;
        }
        return `${url}${url.endsWith("/") ? "" : "/"}${type}`;
      }
      // Receiving
      /** Takes messages from the server, in order; one that does harm keeps no other from its place. */
      received(messages) {
        this.#log("debug", "received", messages);
        for (const message of messages) {
          this.#guarded(() => this.receive(message));
          if (message.channel === "/meta/connect" && String(message.id) === this.#connectID) {
            this.#fail({ channel: message.channel, id: message.id }, { reason: "The reply was not processed" });
          }
        }
      }
      #guarded(action) {
        try {
          action();
        } catch (exception) {
          this.#log("warn", "exception while a message was processed", exception);
        }
      }
      receive(received) {
        const message = this.#extensions.incoming(received);
        if (message === null || message === void 0) {
          return;
        }
        if (typeof message.channel !== "string") {
          this.#log("warn", "a message without a channel", message);
          return;
        }
        const isAdvice = typeof message.advice === "object" && message.advice !== null;
        if (isAdvice && (isMeta(message.channel) || this.#pending.get(String(message.id)))) {
          this.reconnection.adviceReceived(message.advice);
        }
        switch (message.channel) {
          case "/meta/handshake":
            this.#handshakeReplied(message);
            break;
          case "/meta/connect":
            this.#connectReplied(message);
            break;
          case "/meta/disconnect":
            this.#disconnectReplied(message);
            break;
          case "/meta/subscribe":
          case "/meta/unsubscribe":
            this.#subscriptionReplied(message);
            break;
          default:
            this.#messageReceived(message);
        }
      }
      #handshakeReplied(message) {
        if (this.reconnection.status !== "handshaking") {
          this.#log("debug", "a handshake reply that comes too late", message);
          return;
        }
        if (message.successful !== true || typeof message.clientId !== "string") {
          message.successful = false;
          this.#handshakeEnded(message, { cause: "handshake", ...this.reconnection.handshakeRefused() });
          return;
        }
        const given = message.supportedConnectionTypes;
        const types = Array.isArray(given) ? given : this.#usableTypes();
        const { url } = this.#configuration;
        const transport = this.#registry.negotiateTransport(types, version, isCrossOrigin(url), url);
        if (!transport) {
          const reason = `Could not agree on a transport: the server has ${types}, the client ${this.#usableTypes()}`;
          this.hook("onTransportException", [this.transport?.getType() ?? null, null, { reason }]);
          const failed2 = { ...message, successful: false, failure: { reason } };
          this.#handshakeEnded(failed2, { cause: "negotiation", action: "none", delay: 0 });
          return;
        }
        if (this.transport !== transport) {
          this.#log("debug", "transport", this.transport?.getType(), "->", transport.getType());
          this.transport?.reset(false);
          this.transport = transport;
        }
        this.clientID = message.clientId;
        const decision = this.reconnection.handshakeSucceeded();
        message.reestablish = this.#hasHandshaken;
        this.#hasHandshaken = true;
        this.#tried.clear();
        this.call(this.#handshakeCallback, message);
        this.notify(message.channel, message);
        if (this.isDisconnected || this.clientID !== message.clientId) {
          return;
        }
        this.#isHandshaking = false;
        if (this.#batches === 0) {
          this.#flush();
        }
        this.#proceed(decision);
      }
      #handshakeEnded(message, info) {
        this.call(this.#handshakeCallback, message);
        this.notify(message.channel, message);
        this.notify("/meta/unsuccessful", message);
        this.#afterFailure(message, info);
      }
      #connectReplied(message) {
        const isAwaited = this.#connectID !== null && (message.id === void 0 || String(message.id) === this.#connectID);
        if (!isAwaited) {
          this.#log("debug", "a connect reply that nobody waits for", message);
          return;
        }
        this.#connectID = null;
        if (message.successful === true) {
          const decision2 = this.isDisconnected ? { action: "none" } : this.reconnection.connectSucceeded();
          this.notify(message.channel, message);
          this.#proceed(decision2);
          return;
        }
        const decision = this.isDisconnected ? { action: "none" } : this.reconnection.connectRefused();
        this.notify(message.channel, message);
        this.notify("/meta/unsuccessful", message);
        this.#afterFailure(message, { cause: "unsuccessful", ...decision });
      }
      #disconnectReplied(message) {
        const entry = this.#pending.take(String(message.id));
        this.#finish();
        this.call(entry?.callback, message);
        this.notify(message.channel, message);
        if (message.successful !== true) {
          this.notify("/meta/unsuccessful", message);
        }
      }
      #subscriptionReplied(message) {
        const entry = this.#pending.take(String(message.id));
        if (message.successful !== true) {
          this.#subscriptionFailed(entry?.message);
        }
        this.#replied(message, entry, message.channel);
      }
      /** The server does not send its messages, and the next subscriber shall ask again. */
      #subscriptionFailed(message) {
        if (message?.channel === "/meta/subscribe" && message.clientId === this.clientID) {
          this.#listeners.removeSubscriptions(message.subscription);
        }
      }
      #messageReceived(message) {
        if (message.successful === void 0) {
          this.notify(message.channel, message);
          return;
        }
        const id = String(message.id);
        const known = this.#pending.get(id);
        const entry = known?.isCall && known.message.channel !== message.channel ? void 0 : known;
        const isResult = message.data !== void 0 || message.successful !== true;
        if (entry?.isCall) {
          if (isResult) {
            this.call(this.#pending.take(id).callback, message);
          }
        } else if (!entry && message.data !== void 0) {
          this.notify(message.channel, message);
        } else if (!isMeta(message.channel)) {
          this.#replied(message, this.#pending.take(id), "/meta/publish");
        }
      }
      #replied(message, entry, channel) {
        this.call(entry?.callback, message);
        this.notify(channel, message);
        if (message.successful !== true) {
          this.notify("/meta/unsuccessful", message);
        }
      }
      // Failures
      /** Messages of the protocol itself must be answered by the response to their request. */
      #failUnanswered(received, sent) {
        const ids = new Set(received.map((message) => String(message.id)));
        const anonymous = new Set(received.filter(({ id }) => id === void 0).map(({ channel }) => channel));
        const unanswered = sent.filter(({ id, channel }) => {
          return isMeta(channel) && !ids.has(id) && !anonymous.has(channel);
        });
        this.#failAll(unanswered, { reason: "The server did not reply" });
      }
      #failAll(messages, failure) {
        if (messages.length > 0) {
          this.#log("debug", "failed", failure, messages);
        }
        for (const message of messages) {
          this.#guarded(() => this.#fail(message, failure));
        }
      }
      #fail(message, failure) {
        const { channel } = message;
        if (channel === "/meta/handshake") {
          if (this.reconnection.status === "handshaking") {
            this.#handshakeLost(message, failure);
          }
          return;
        }
        if (channel === "/meta/connect") {
          if (message.id === this.#connectID) {
            this.#connectLost(message, failure);
          }
          return;
        }
        const entry = this.#pending.take(message.id) ?? this.#ended?.take(message.id);
        if (channel === "/meta/disconnect") {
          this.#finish();
        }
        this.#subscriptionFailed(message);
        this.#failEntry(entry ?? { message }, failure);
      }
      #failEntry({ message, callback, isCall }, failure) {
        const reply = this.#failedReply(message, failure);
        if (isCall) {
          this.call(callback, reply);
        } else {
          this.#replied(reply, { callback }, isMeta(message.channel) ? message.channel : "/meta/publish");
        }
      }
      #failEntries(entries, failure) {
        for (const entry of entries) {
          if (entry.timer !== void 0) {
            this.#scheduler.clearTimeout(entry.timer);
          }
          this.#failEntry(entry, failure);
        }
      }
      #handshakeLost(message, failure) {
        const before = this.transport;
        let [type] = this.#usableTypes();
        if (type === void 0) {
          this.#registry.reset(true);
          [type] = this.#usableTypes();
        }
        const next = type === void 0 ? null : this.#registry.find(type);
        if (next !== before) {
          this.hook("onTransportException", [before?.getType() ?? null, next?.getType() ?? null, failure]);
        }
        const isNew = next !== before && !this.#tried.has(type);
        this.#tried.add(type);
        const decision = next ? this.reconnection.handshakeFailed({ hasNextTransport: isNew }) : { action: "none", delay: 0 };
        this.#handshakeFailed(message, failure, decision);
      }
      #handshakeFailed(message, failure, decision) {
        this.#handshakeEnded(this.#failedReply(message, failure, decision), { cause: "failure", ...decision });
      }
      #connectLost(message, failure) {
        this.#connectID = null;
        if (this.isDisconnected) {
          return;
        }
        const decision = this.reconnection.connectFailed(Date.now());
        const reply = this.#failedReply(message, failure, decision);
        this.notify(message.channel, reply);
        this.notify("/meta/unsuccessful", reply);
        this.#afterFailure(reply, { cause: "failure", ...decision });
      }
      /** Lets the application change what comes next. */
      #afterFailure(message, info) {
        const generation = this.#generation;
        let isDecided = false;
        const proceed = (changed) => {
          if (!isDecided && this.#generation === generation) {
            isDecided = true;
            this.#proceed(changed);
          }
        };
        try {
          this.#cometd.onTransportFailure(message, { ...info, transport: this.transport }, proceed);
        } catch (exception) {
          this.#log("info", "exception in onTransportFailure", exception);
          proceed(info);
        }
      }
      #failedReply(message, failure, decision) {
        const reply = { id: message.id, channel: message.channel, successful: false };
        if (message.subscription !== void 0) {
          reply.subscription = message.subscription;
        }
        if (decision) {
          reply.advice = { reconnect: decision.action, interval: decision.delay };
        }
        reply.failure = { ...failure, message, connectionType: this.transport?.getType() ?? null };
        return reply;
      }
      #expire(entry) {
        this.#pending.take(entry.message.id);
        this.#queue = this.#queue.filter((other) => other !== entry);
        const reply = this.#failedReply(entry.message, { reason: "Remote call timeout" });
        this.call(entry.callback, { ...reply, error: "406::timeout" });
      }
      // Calling out
      notify(channel, message) {
        for (const handle of this.#listeners.interested(channel)) {
          if (!this.#listeners.has(handle)) {
            continue;
          }
          try {
            handle.callback.call(handle.scope, message);
          } catch (exception) {
            this.#log("debug", "exception in a listener of", channel, exception);
            this.hook("onListenerException", [exception, handle, handle.listener, message]);
          }
        }
      }
      call(callback, message) {
        try {
          callback?.call(this.#cometd, message);
        } catch (exception) {
          this.#log("debug", "exception in a callback", exception);
          this.hook("onCallbackException", [exception, message]);
        }
      }
      /** Calls a function of the application's; when that throws, too, there is nobody left to tell. */
      hook(name, values) {
        try {
          this.#cometd[name]?.(...values);
        } catch (exception) {
          this.#log("info", `exception in ${name}`, exception);
        }
      }
      #log(level, ...parts) {
        this.#cometd._log(level, parts);
      }
    };

    // src/ExtensionTable.js
    var ExtensionTable = class {
      #entries = [];
      #failed;
      /** @param failed told `(exception, name, outgoing, message)` when an extension throws */
      constructor(failed2) {
        this.#failed = failed2;
      }
      /** @returns {boolean} false when the name is taken */
      register(name, extension, cometd) {
        if (this.get(name)) {
          return false;
        }
        const entry = { name, extension };
        this.#entries.push(entry);
        try {
          extension.registered?.(name, cometd);
        } catch (exception) {
          this.#entries = this.#entries.filter((other) => other !== entry);
          throw exception;
        }
        return true;
      }
      /** @returns {boolean} false when there is no such extension */
      unregister(name) {
        const index = this.#entries.findIndex((entry) => entry.name === name);
        if (index < 0) {
          return false;
        }
        const [{ extension }] = this.#entries.splice(index, 1);
        extension.unregistered?.();
        return true;
      }
      get(name) {
        return this.#entries.find((entry) => entry.name === name)?.extension ?? null;
      }
      /** What is left of a message from the server: null when an extension deleted it. */
      incoming(message) {
        return this.#apply("incoming", [...this.#entries], message);
      }
      /** What is left of a message to the server: null when an extension deleted it. The last registered comes first. */
      outgoing(message) {
        return this.#apply("outgoing", [...this.#entries].reverse(), message);
      }
      #apply(direction, entries, message) {
        for (const { name, extension } of entries) {
          if (message === null) {
            break;
          }
          try {
            const result = extension[direction]?.(message);
            message = result === void 0 ? message : result;
          } catch (exception) {
            this.#failed(exception, name, direction === "outgoing", message);
          }
        }
        return message;
      }
    };

    // src/ListenerTable.js
    var ListenerTable = class {
      #byChannel = /* @__PURE__ */ new Map();
      #nextID = 0;
      add(channel, scope, callback, listener) {
        const handle = { id: ++this.#nextID, channel, scope, callback, listener };
        const handles = this.#byChannel.get(channel);
        if (handles) {
          handles.push(handle);
        } else {
          this.#byChannel.set(channel, [handle]);
        }
        return handle;
      }
      /** @returns {boolean} whether the handle was there */
      remove(handle) {
        const handles = this.#byChannel.get(handle?.channel) ?? [];
        const index = handles.findIndex((other) => other.id === handle.id);
        if (index < 0) {
          return false;
        }
        this.#keep(handle.channel, (other) => other.id !== handle.id);
        return true;
      }
      /** Whether a handle is there still. */
      has(handle) {
        return (this.#byChannel.get(handle.channel) ?? []).includes(handle);
      }
      hasSubscriptions(channel) {
        return (this.#byChannel.get(channel) ?? []).some((handle) => !handle.listener);
      }
      clear() {
        this.#byChannel.clear();
      }
      clearSubscriptions() {
        this.#keepAll((handle) => handle.listener);
      }
      removeSubscriptions(channel) {
        this.#keep(channel, (handle) => handle.listener);
      }
      /** Those who want a message of `channel`: of the channel itself first, then of wildcards, the nearest first. */
      interested(channel) {
        const handles = [...this.#byChannel.get(channel) ?? []];
        for (const wildcard of wildcardsOf(channel)) {
          handles.push(...this.#byChannel.get(wildcard) ?? []);
        }
        return handles;
      }
      #keepAll(condition) {
        for (const channel of [...this.#byChannel.keys()]) {
          this.#keep(channel, condition);
        }
      }
      // A new array each time: somebody may be walking the old one.
      #keep(channel, condition) {
        const kept = (this.#byChannel.get(channel) ?? []).filter(condition);
        if (kept.length === 0) {
          this.#byChannel.delete(channel);
        } else {
          this.#byChannel.set(channel, kept);
        }
      }
    };

    // src/Logger.js
    var levels = ["debug", "info", "warn", "error"];
    var Logger = class {
      #name;
      /** `debug`, `info` (default), `warn` or `error`; anything else counts as `info`. */
      level = "info";
      constructor(name) {
        this.#name = name;
      }
      log(level, parts) {
        const least = Math.max(levels.indexOf(this.level), this.level === "debug" ? 0 : 1);
        if (levels.indexOf(level) >= least) {
          globalThis.console?.[level]?.(`CometD ${this.#name}:`, ...parts);
        }
      }
    };

    // src/Scheduler.js
    var program = `
        const timers = new Map();
        onmessage = ({data: {id, delay}}) => {
            if (delay === undefined) {
                clearTimeout(timers.get(id));
                timers.delete(id);
            } else {
                timers.set(id, setTimeout(() => { timers.delete(id); postMessage(id); }, delay));
            }
        };
    `;
    var lastID = 0;
    var longest2 = 2 ** 31 - 1;
    var Scheduler = class {
      #worker = null;
      #timers = /* @__PURE__ */ new Map();
      #now;
      /** @param {() => number} now milliseconds since any fixed time */
      constructor(now = () => Date.now()) {
        this.#now = now;
      }
      /** Uses a worker from now on, if there can be one. */
      startWorker() {
        if (this.#worker || !globalThis.document || !globalThis.Worker || !globalThis.Blob) {
          return;
        }
        let url;
        try {
          url = URL.createObjectURL(new Blob([program], { type: "application/javascript" }));
          this.#worker = new Worker(url);
        } catch {
          this.#worker = null;
          return;
        } finally {
          if (url) {
            setTimeout(() => URL.revokeObjectURL(url), 6e4);
          }
        }
        this.#worker.onmessage = ({ data: id }) => this.#fire(id);
        this.#worker.onerror = () => this.#workerFailed();
      }
      /** @returns a handle for `clearTimeout` */
      setTimeout(callback, delay = 0) {
        const id = ++lastID;
        this.#start(id, callback, delay);
        return id;
      }
      clearTimeout(id) {
        const timer = this.#timers.get(id);
        if (!timer) {
          return;
        }
        this.#timers.delete(id);
        if (timer.local === void 0) {
          this.#worker?.postMessage({ id });
        } else {
          globalThis.clearTimeout(timer.local);
        }
      }
      #start(id, callback, wanted) {
        const delay = Math.min(wanted, longest2);
        const timer = { callback, due: this.#now() + delay, local: void 0 };
        this.#timers.set(id, timer);
        if (this.#worker) {
          this.#worker.postMessage({ id, delay });
        } else {
          timer.local = globalThis.setTimeout(() => this.#fire(id), delay);
        }
      }
      #fire(id) {
        const timer = this.#timers.get(id);
        this.#timers.delete(id);
        timer?.callback();
      }
      #workerFailed() {
        this.#worker.terminate();
        this.#worker = null;
        for (const [id, { callback, due, local }] of [...this.#timers]) {
          if (local === void 0) {
            this.#start(id, callback, Math.max(0, due - this.#now()));
          }
        }
      }
    };
    var ordinary = new Scheduler();
    var inWorker = new Scheduler();
    function sharedScheduler(useWorker) {
      if (!useWorker) {
        return ordinary;
      }
      inWorker.startWorker();
      return inWorker;
    }
    function clearSharedTimeout(id) {
      ordinary.clearTimeout(id);
      inWorker.clearTimeout(id);
    }

    // src/transports/CallbackPollingTransport.js
    var registry = "cometdCallbacks";
    var lastID2 = 0;
    var longestName = "c".repeat(32);
    var CallbackPollingTransport = class extends RequestTransport {
      accept() {
        return Boolean(globalThis.document?.createElement);
      }
      transportSend(envelope, request) {
        const rest = [...envelope.messages];
        const received = [];
        let answered = 0;
        const fail = (failure) => {
          if (answered > 0) {
            envelope.onSuccess(received, { ...envelope, messages: [] });
            envelope.messages = envelope.messages.slice(answered);
          }
          this.transportFailure(envelope, request, failure);
        };
        request.fail = fail;
        const next = () => {
          const portion = this._portion(envelope.url, rest);
          if (portion.length === 0) {
            const { maxURILength } = this.getConfiguration();
            const reason = `A message does not fit into an address of ${maxURILength} characters (maxURILength)`;
            this.setTimeout(() => fail({ reason }), 0);
            return;
          }
          this._load(envelope.url, portion, request, {
            onSuccess: (answer) => {
              received.push(...answer);
              answered = envelope.messages.length - rest.length;
              if (rest.length > 0) {
                next();
              } else {
                this.transportSuccess(envelope, request, received);
              }
            },
            onError: fail
          });
        };
        if (request.metaConnect && isLoading()) {
          request.abort = () => globalThis.removeEventListener("load", next);
          globalThis.addEventListener("load", next, { once: true });
        } else {
          next();
        }
      }
      /** Takes as many messages from the front of `rest` as fit into an address. */
      _portion(url, rest) {
        const { maxURILength } = this.getConfiguration();
        let count = 0;
        while (count < rest.length && address(url, rest.slice(0, count + 1), longestName).length <= maxURILength) {
          count += 1;
        }
        return rest.splice(0, count);
      }
      _load(url, messages, request, { onSuccess, onError }) {
        const callbacks = globalThis[registry] ??= {};
        const name = `c${++lastID2}`;
        const script = document.createElement("script");
        const end = () => {
          script.remove();
          callbacks[name] = () => delete callbacks[name];
        };
        callbacks[name] = (response) => {
          end();
          delete callbacks[name];
          let received;
          try {
            received = this.convertToMessages(response);
          } catch (exception) {
            onError({ reason: "Not a Bayeux response", exception });
            return;
          }
          if (received.length === 0) {
            onError({ httpCode: 204, reason: "Empty response" });
          } else {
            onSuccess(received);
          }
        };
        request.abort = end;
        script.onerror = () => {
          end();
          delete callbacks[name];
          onError({ reason: "error" });
        };
        script.async = true;
        script.src = address(url, messages, `${registry}.${name}`);
        (document.head ?? document.documentElement).appendChild(script);
      }
    };
    function isLoading() {
      return ["loading", "interactive"].includes(document.readyState);
    }
    function address(url, messages, callback) {
      const text = encodeURIComponent(JSON.stringify(messages));
      return `${url}${url.includes("?") ? "&" : "?"}jsonp=${callback}&message=${text}`;
    }

    // src/transports/LongPollingTransport.js
    var LongPollingTransport = class extends RequestTransport {
      _crossOriginWorks = true;
      _worked = false;
      accept(version2, crossDomain) {
        return (this._crossOriginWorks || !crossDomain) && Boolean(this._fetchFunction || globalThis.XMLHttpRequest);
      }
      get _fetchFunction() {
        return this.getConfiguration().fetch ?? globalThis.fetch;
      }
      reset(init) {
        super.reset(init);
        if (init) {
          this._crossOriginWorks = true;
          this._worked = false;
        }
      }
      transportSend(envelope, request) {
        const xhr = this.xhrSend({
          transport: this,
          request,
          url: envelope.url,
          sync: envelope.sync,
          headers: this.getConfiguration().requestHeaders,
          body: JSON.stringify(envelope.messages),
          onSuccess: (text) => {
            let received;
            try {
              received = this.convertToMessages(text);
            } catch (exception) {
              this.transportFailure(envelope, request, { reason: "Not a Bayeux response", exception });
              return;
            }
            this._worked = true;
            if (received.length === 0) {
              this.transportFailure(envelope, request, { httpCode: 204, reason: "Empty response" });
            } else {
              this.transportSuccess(envelope, request, received);
            }
          },
          onError: (reason, exception, httpCode) => {
            if (!this._worked && httpCode === void 0) {
              this._crossOriginWorks = false;
            }
            this.transportFailure(envelope, request, { reason, exception, httpCode });
          }
        });
        if (xhr?.abort) {
          request.abort ??= () => xhr.abort();
        }
      }
      /**
       * Makes one request, with `fetch` or, without it, XMLHttpRequest; cookies go along to other origins, too.
       *
       * An application can replace this to use other means.
       *
       * @param packet `{url, headers, body, sync, request, onSuccess(text), onError(reason, exception, httpCode)}`;
       *     set `packet.request.abort`
       */
      xhrSend(packet) {
        const headers = { ...packet.headers, "Content-Type": "application/json;charset=UTF-8" };
        if (this._fetchFunction) {
          this._fetch(packet, headers);
        } else {
          this._request(packet, headers);
        }
      }
      _fetch(packet, headers) {
        const controller = new AbortController();
        packet.request.abort = () => controller.abort();
        const options = {
          method: "POST",
          headers,
          body: packet.body,
          credentials: "include",
          cache: "no-store",
          signal: controller.signal,
          // The page may be about to go, and the message shall outlive it.
          keepalive: packet.sync === true
        };
        const fetch = this._fetchFunction;
        fetch(packet.url, options).then(async (response) => {
          if (!response.ok) {
            response.text().catch(() => {
            });
            packet.onError(response.statusText || "HTTP error", void 0, response.status);
            return;
          }
          packet.onSuccess(await response.text());
        }).catch((exception) => packet.onError("error", exception));
      }
      _request(packet, headers) {
        const xhr = new globalThis.XMLHttpRequest();
        packet.request.conduit = xhr;
        packet.request.abort = () => xhr.abort();
        xhr.open("POST", packet.url, true);
        xhr.withCredentials = true;
        for (const [name, value] of Object.entries(headers)) {
          xhr.setRequestHeader(name, value);
        }
        xhr.onload = () => {
          if (xhr.status >= 200 && xhr.status < 300) {
            packet.onSuccess(xhr.responseText);
          } else {
            packet.onError(xhr.statusText || "HTTP error", void 0, xhr.status);
          }
        };
        xhr.onerror = () => packet.onError("error");
        xhr.onabort = () => packet.onError("abort");
        xhr.send(packet.body);
      }
    };

    // src/transports/TransportRegistry.js
    var TransportRegistry = class {
      #types = [];
      #transports = /* @__PURE__ */ new Map();
      getTransportTypes() {
        return [...this.#types];
      }
      /** The types of those that can be used for `url` now, in order. */
      findTransportTypes(version2, crossDomain, url) {
        return this.#types.filter((type) => this.#transports.get(type).accept(version2, crossDomain, url) === true);
      }
      /** The first of our transports that is among `types` and can be used; null when none is. */
      negotiateTransport(types, version2, crossDomain, url) {
        const type = this.findTransportTypes(version2, crossDomain, url).find((ours) => types.includes(ours));
        return type === void 0 ? null : this.#transports.get(type);
      }
      /**
       * @param {number} [index] the place in the order; the end when left out
       * @returns {boolean} false when the type is taken
       */
      add(type, transport, index) {
        if (this.#transports.has(type)) {
          return false;
        }
        this.#types.splice(typeof index === "number" ? index : this.#types.length, 0, type);
        this.#transports.set(type, transport);
        return true;
      }
      find(type) {
        return this.#transports.get(type) ?? null;
      }
      /** @returns the transport that was taken out; null when there was none */
      remove(type) {
        const transport = this.find(type);
        this.#types = this.#types.filter((other) => other !== type);
        this.#transports.delete(type);
        return transport;
      }
      clear() {
        this.#types = [];
        this.#transports.clear();
      }
      reset(init) {
        for (const transport of this.#transports.values()) {
          transport.reset(init);
        }
      }
    };

    // src/transports/WebSocketTransport.js
    var WebSocketTransport = class extends Transport {
      _supported = true;
      _worked = false;
      _connection = null;
      accept() {
        return this._supported && this.cometd.websocketEnabled !== false && Boolean(this._socketClass());
      }
      reset(init) {
        this.abort();
        if (init) {
          this._supported = true;
          this._worked = false;
        }
      }
      abort() {
        if (this._connection) {
          this._end(this._connection, { reason: "Aborted" }, "Abort");
        }
      }
      send(envelope, metaConnect) {
        this._connection ??= this._connect(envelope.url);
        const connection = this._connection;
        const sent = { envelope, metaConnect, missing: new Set(envelope.messages.map(({ id }) => id)), timer: null };
        connection.envelopes.add(sent);
        if (connection.opened) {
          this._transmit(connection, sent);
        }
      }
      _socketClass() {
        return this.getConfiguration().WebSocket ?? globalThis.WebSocket;
      }
      _connect(url) {
        const { connectTimeout, protocol } = this.getConfiguration();
        const connection = { socket: null, opened: false, envelopes: /* @__PURE__ */ new Set(), timer: null };
        try {
          const address2 = webSocketURL(url);
          const SocketClass = this._socketClass();
          connection.socket = protocol ? new SocketClass(address2, protocol) : new SocketClass(address2);
        } catch (exception) {
          this._supported = false;
          this.setTimeout(() => this._end(connection, { reason: "Cannot make a WebSocket", exception }), 0);
          return connection;
        }
        if (connectTimeout > 0) {
          connection.timer = this.setTimeout(() => {
            this._lost(connection, { reason: `Cannot connect within ${connectTimeout} ms` }, "Connect timeout");
          }, connectTimeout);
        }
        const { socket } = connection;
        socket.onopen = () => this._opened(connection);
        socket.onmessage = ({ data }) => this._received(connection, data);
        socket.onclose = ({ code, reason }) => {
          this._lost(connection, { reason: reason || "The WebSocket was closed", websocketCode: code });
        };
        socket.onerror = () => this._debug("error of the WebSocket");
        return connection;
      }
      _opened(connection) {
        if (this._connection !== connection) {
          return;
        }
        connection.opened = true;
        this._worked = true;
        this._clearTimer(connection);
        for (const sent of [...connection.envelopes]) {
          if (this._connection === connection) {
            this._transmit(connection, sent);
          }
        }
      }
      _transmit(connection, sent) {
        const { envelope, metaConnect } = sent;
        let text;
        try {
          text = JSON.stringify(envelope.messages);
        } catch (exception) {
          connection.envelopes.delete(sent);
          const failure = { reason: "Cannot be written as JSON", exception };
          this.setTimeout(() => envelope.onFailure(connection.socket, envelope.messages, failure), 0);
          return;
        }
        const delay = this.maxDelay(metaConnect, envelope.messages);
        if (delay > 0) {
          sent.timer = this.setTimeout(() => {
            const reason = `A reply took longer than ${delay} ms, the longest delay of the network`;
            this._lost(connection, { reason }, "Timeout");
          }, delay);
        }
        try {
          connection.socket.send(text);
        } catch (exception) {
          this.setTimeout(() => this._lost(connection, { reason: "Cannot send", exception }, "Send"), 0);
        }
      }
      _received(connection, data) {
        if (this._connection !== connection) {
          return;
        }
        let received;
        try {
          received = this.convertToMessages(data);
        } catch (exception) {
          this._lost(connection, { reason: "Not a Bayeux message", exception }, "Not a Bayeux message");
          return;
        }
        if (received.length === 0) {
          return;
        }
        let disconnected = false;
        for (const message of received) {
          if (message.id !== void 0 && isReply(message)) {
            this._answered(connection, String(message.id));
            disconnected ||= message.channel === "/meta/disconnect" && message.successful === true;
          }
        }
        this.cometd._received(received);
        if (disconnected) {
          this._end(connection, { reason: "Disconnected" }, "Disconnect");
        }
      }
      _answered(connection, id) {
        for (const sent of connection.envelopes) {
          if (sent.missing.delete(id)) {
            if (sent.missing.size === 0) {
              connection.envelopes.delete(sent);
              this._clearTimer(sent);
            }
            return;
          }
        }
      }
      /** The connection broke, by itself or because it was good for nothing any more. */
      _lost(connection, failure, closing) {
        if (this._connection === connection) {
          this._supported = this._worked && this.getConfiguration().stickyReconnect;
          this._end(connection, failure, closing);
        }
      }
      _end(connection, failure, closing) {
        if (this._connection !== connection) {
          return;
        }
        this._connection = null;
        this._clearTimer(connection);
        if (closing) {
          try {
            connection.socket?.close(1e3, closing);
          } catch (exception) {
            this._debug("cannot close the WebSocket", exception);
          }
        }
        for (const sent of connection.envelopes) {
          this._clearTimer(sent);
          const { envelope, missing } = sent;
          const messages = envelope.messages.filter(({ id }) => missing.has(id));
          envelope.onFailure(connection.socket, messages, failure);
        }
      }
      _clearTimer(holder) {
        if (holder.timer !== null) {
          this.clearTimeout(holder.timer);
          holder.timer = null;
        }
      }
    };
    function isReply(message) {
      return message.channel?.startsWith?.("/meta/") || message.successful !== void 0;
    }
    function webSocketURL(url, location = globalThis.location) {
      const absolute = new URL(url, location?.href);
      absolute.protocol = absolute.protocol.replace(/^http/, "ws");
      return absolute.href;
    }

    // src/CometD.js
    var CometD = class {
      #name;
      #logger;
      #configuration = defaults();
      #listeners = new ListenerTable();
      #extensions;
      #registry = new TransportRegistry();
      #engine;
      #promises = new CometDPromises(this);
      // Callbacks that wait for the reply to a subscribe message that is under way, by channel.
      #subscribing = /* @__PURE__ */ new Map();
      // Who wants to know when the client has given up or disconnected.
      #endings = /* @__PURE__ */ new Set();
      /** Set it to false before the handshake, and WebSockets are not used. */
      websocketEnabled = true;
      // What an application may set, each called with this client as `this`.
      /** `(exception, name, outgoing, message)`: an extension threw; the message goes on as it was before it. */
      onExtensionException = void 0;
      /** `(exception, handle, isListener, message)`: a listener or subscriber threw. */
      onListenerException = void 0;
      /** `(exception, message)`: a callback threw. */
      onCallbackException = void 0;
      /** `(oldType, newType, failure)`: the transport changes, or, with null, there is none left. */
      onTransportException = void 0;
      /** @param {string} [name] for the log */
      constructor(name = "default") {
        this.#bindMethods();
        this.#name = name;
        this.#logger = new Logger(name);
        this.#extensions = new ExtensionTable((exception, extension, outgoing, message) => {
          this._debug("exception in extension", extension, exception);
          this.#engine.hook("onExtensionException", [exception, extension, outgoing, message]);
        });
        this.#engine = new Engine(this, {
          registry: this.#registry,
          extensions: this.#extensions,
          listeners: this.#listeners,
          scheduler: {
            setTimeout: (callback, delay) => this.#scheduler.setTimeout(callback, delay),
            clearTimeout: clearSharedTimeout
          }
        });
        this.registerTransport("websocket", new WebSocketTransport());
        this.registerTransport("long-polling", new LongPollingTransport());
        if (globalThis.document) {
          this.registerTransport("callback-polling", new CallbackPollingTransport());
        }
      }
      // As in CometD 3.1, a method can be taken from its client, and a client can stand behind a proxy.
      #bindMethods() {
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(CometD.prototype))) {
          if (typeof value === "function" && name !== "constructor") {
            this[name] = this[name].bind(this);
          }
        }
      }
      // Configuration
      /**
       * Sets options; see `configuration.js` for all of them.
       *
       * @param {string | object} configuration the URL of the server, or `{url, …}`
       * @throws {Error} without a URL
       */
      configure(configuration) {
        this.#configuration = configured(this.#configuration, configuration);
        this.#logger.level = this.#configuration.logLevel;
        this.#engine.configure(this.#configuration);
      }
      /** `configure` and `handshake` in one. */
      init(configuration, properties, callback) {
        this.configure(configuration);
        this.handshake(properties, callback);
      }
      getName() {
        return this.#name;
      }
      /** A copy of the options. */
      getConfiguration() {
        return merge({}, this.#configuration);
      }
      /** @param {string} level `debug`, `info`, `warn` or `error` */
      setLogLevel(level) {
        this.#configuration.logLevel = level;
        this.#logger.level = level;
      }
      /** @param {number} milliseconds by which each further attempt waits longer */
      setBackoffIncrement(milliseconds) {
        this.#configuration.backoffIncrement = milliseconds;
      }
      getBackoffIncrement() {
        return this.#configuration.backoffIncrement;
      }
      /** How long the next attempt waits, in milliseconds. */
      getBackoffPeriod() {
        return this.#engine.reconnection.backoff;
      }
      increaseBackoffPeriod() {
        return this.#engine.reconnection.increaseBackoff();
      }
      resetBackoffPeriod() {
        this.#engine.reconnection.resetBackoff();
      }
      // State
      /** `disconnected`, `handshaking`, `connecting`, `connected` or `disconnecting`. */
      getStatus() {
        return this.#engine.reconnection.status;
      }
      /** Whether the client is disconnected or about to be. */
      isDisconnected() {
        return this.#engine.isDisconnected;
      }
      /** The session's id; null before it has one. */
      getClientId() {
        return this.#engine.clientID;
      }
      /** The URL that the current transport uses. */
      getURL() {
        return this.#engine.url;
      }
      /** A copy of the server's advice, `{reconnect, interval, timeout, …}`. */
      getAdvice() {
        return { ...this.#engine.reconnection.advice };
      }
      /** The transport in use; null when disconnected. */
      getTransport() {
        return this.#engine.transport;
      }
      // Sessions
      /**
       * Begins a session, and begins another one whenever that is lost.
       *
       * @param {object} [properties] goes into each handshake message, such as `{ext: {…}}`
       * @param {function} [callback] called with each reply to a handshake
       * @throws {Error} without a URL, or when not disconnected
       */
      handshake(properties, callback) {
        const [given, replied] = propertiesAndCallback(properties, callback);
        if (!this.#configuration.url) {
          throw new Error("Missing required configuration parameter 'url' specifying the Bayeux server URL");
        }
        if (this.getStatus() !== "disconnected") {
          throw new Error("Illegal state: handshaken");
        }
        this.#engine.handshake(given, replied);
      }
      /**
       * Ends the session; without one, does nothing.
       *
       * @param {boolean} [sync] true in an `unload` listener: the message outlives the page, where the browser can do that
       * @param {object} [properties] goes into the message
       * @param {function} [callback] called with the reply
       */
      disconnect(sync, properties, callback) {
        if (typeof sync !== "boolean") {
          [sync, properties, callback] = [false, sync, properties];
        }
        const [given, replied] = propertiesAndCallback(properties, callback);
        if (!this.isDisconnected()) {
          this.#engine.disconnect(given, replied, sync);
        }
      }
      // Messages
      /**
       * Publishes a message.
       *
       * @param {string} channel
       * @param {*} data anything that can be written as JSON
       * @param {object} [properties] goes into the message
       * @param {function} [callback] called with the server's acknowledgement, or with what failed
       * @throws {Error} for a meta channel, or when disconnected
       */
      publish(channel, data, properties, callback) {
        if (typeof data === "function") {
          [data, callback] = [{}, data];
        }
        const [given, replied] = propertiesAndCallback(properties, callback);
        this.#checkChannel(channel);
        if (isMeta(channel)) {
          throw new Error("Illegal argument: cannot publish to meta channels");
        }
        this.#checkConnected();
        const message = merge({}, given, { channel });
        message.data = data;
        this.#engine.send({ message, callback: replied });
      }
      /**
       * Publishes bytes; needs the binary extension.
       *
       * @param {string} channel
       * @param {ArrayBuffer | ArrayBufferView} data
       * @param {boolean} [last] whether it is the last piece; true when left out
       * @param {object} [meta] goes along with the bytes
       * @param {function} [callback]
       * @param {object} [properties] goes into the message
       */
      publishBinary(channel, data, last, meta, callback, properties) {
        const { binary, replied, rest } = binaryArguments(data, last, meta, callback, properties);
        this.publish(channel, binary, merge({}, rest, { ext: { binary: {} } }), replied);
      }
      /**
       * Calls what the server offers under a name.
       *
       * @param {string} target such as `chat/history`
       * @param {*} data the argument
       * @param {number} [timeout] milliseconds until the callback gets `406::timeout`; `maxNetworkDelay` when left out,
       *     0 for no limit
       * @param {object} [properties] goes into the message
       * @param {function} [callback] called with `{successful, data, error}`
       */
      remoteCall(target, data, timeout, properties, callback) {
        if (typeof data === "function") {
          [data, timeout, properties, callback] = [{}, void 0, void 0, data];
        } else if (typeof timeout !== "number" && callback === void 0) {
          [timeout, properties, callback] = [void 0, timeout, properties];
        }
        const [given, replied = () => {
        }] = propertiesAndCallback(properties, callback);
        this.#checkChannel(target);
        this.#checkConnected();
        const channel = `/service${target.startsWith("/") ? "" : "/"}${target}`;
        const message = merge({}, given, { channel });
        message.data = data;
        const limit = timeout ?? this.#configuration.maxNetworkDelay;
        this.#engine.send({ message, callback: replied, isCall: true, timeout: limit });
      }
      /** A remote call with bytes as its argument; needs the binary extension. */
      remoteCallBinary(target, data, last, meta, timeout, properties, callback) {
        const given = [last, meta, timeout, properties, callback].filter((value) => value !== void 0);
        const take = (isIt) => isIt(given[0]) ? given.shift() : void 0;
        const isLast = take((value) => typeof value === "boolean");
        const about = take((value) => typeof value === "object");
        const limit = take((value) => typeof value === "number");
        const rest = take((value) => typeof value === "object");
        const { binary } = binaryArguments(data, isLast, about);
        const all = merge({}, rest, { ext: { binary: {} } });
        this.remoteCall(target, binary, limit ?? this.#configuration.maxNetworkDelay, all, given[0]);
      }
      // Subscriptions
      /**
       * Subscribes to a channel, until the session ends.
       *
       * The server is asked when it is the channel's first subscriber here.
       *
       * @param {string} channel may end in `*` or `**`
       * @param {object} [scope] what is `this` in the callback
       * @param {function | string} callback called with each message; a string names a method of `scope`
       * @param {object} [properties] goes into the message
       * @param {function} [subscribeCallback] called with the server's reply
       * @returns a handle for `unsubscribe` and `resubscribe`
       * @throws {Error} for arguments of wrong type, or when disconnected
       */
      subscribe(channel, scope, callback, properties, subscribeCallback) {
        if (arguments.length < 2) {
          throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkChannel(channel);
        this.#checkConnected();
        if (typeof scope === "function") {
          [scope, callback, properties, subscribeCallback] = [void 0, scope, callback, properties];
        }
        const resolved = scopedCallback(scope, callback);
        const [given, replied] = propertiesAndCallback(properties, subscribeCallback);
        const isFirst = !this.#listeners.hasSubscriptions(channel);
        const handle = this.#listeners.add(channel, resolved.scope, resolved.method, false);
        this.#askFor(channel, given, replied, isFirst);
        return handle;
      }
      #askFor(channel, properties, replied, isFirst) {
        const waiting = this.#subscribing.get(channel);
        if (!isFirst && !waiting) {
          if (replied) {
            const reply = { channel: "/meta/subscribe", subscription: channel, successful: true };
            Promise.resolve().then(() => this.#engine.call(replied, reply));
          }
          return;
        }
        if (!isFirst) {
          waiting.push(replied);
          return;
        }
        const callbacks = [replied];
        this.#subscribing.set(channel, callbacks);
        const message = merge({}, properties, { channel: "/meta/subscribe", subscription: channel });
        const callback = (reply) => {
          if (this.#subscribing.get(channel) === callbacks) {
            this.#subscribing.delete(channel);
          }
          for (const each of callbacks) {
            this.#engine.call(each, reply);
          }
        };
        this.#engine.send({ message, callback });
      }
      /**
       * Ends a subscription; the server is told when it was the channel's last one here.
       *
       * @param handle what `subscribe` gave
       * @param {object} [properties] goes into the message
       * @param {function} [callback] called with the reply
       * @throws {Error} when disconnected
       */
      unsubscribe(handle, properties, callback) {
        if (arguments.length < 1) {
          throw new Error("Illegal arguments number: required 1, got 0");
        }
        this.#checkConnected();
        const [given, replied] = propertiesAndCallback(properties, callback);
        const wasThere = this.#listeners.remove(handle);
        if (wasThere && !this.#listeners.hasSubscriptions(handle.channel)) {
          const message = merge({}, given, { channel: "/meta/unsubscribe", subscription: handle.channel });
          this.#engine.send({ message, callback: replied });
        } else if (replied) {
          const reply = { channel: "/meta/unsubscribe", subscription: handle?.channel, successful: true };
          Promise.resolve().then(() => this.#engine.call(replied, reply));
        }
      }
      /** Subscribes again in a new session, as the handle of the old one says; without a handle, does nothing. */
      resubscribe(handle, properties) {
        if (!handle) {
          return void 0;
        }
        this.#listeners.remove(handle);
        return this.subscribe(handle.channel, handle.scope, handle.callback, properties);
      }
      /** Forgets all subscriptions, without telling the server. */
      clearSubscriptions() {
        this.#listeners.clearSubscriptions();
      }
      /**
       * Listens to a channel here, without the server's knowledge: for meta and service channels.
       *
       * @param {string} channel may end in `*` or `**`
       * @param {object} [scope]
       * @param {function | string} callback
       * @returns a handle for `removeListener`
       */
      addListener(channel, scope, callback) {
        if (arguments.length < 2) {
          throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkChannel(channel);
        const resolved = scopedCallback(scope, callback);
        return this.#listeners.add(channel, resolved.scope, resolved.method, true);
      }
      removeListener(handle) {
        if (!handle || !handle.channel || !("id" in handle)) {
          throw new Error("Invalid argument: expected subscription, not " + handle);
        }
        this.#listeners.remove(handle);
      }
      /** Forgets all listeners and subscriptions, without telling the server. */
      clearListeners() {
        this.#listeners.clear();
      }
      /**
       * The messages of a channel, for `for await`; the subscription is renewed in each new session.
       *
       * @param {string} channel
       * @param {{limit?: number, signal?: AbortSignal}} [options] `limit`: how many may wait to be read (1000); when
       *     there are more, the loop fails. `signal` ends the loop.
       */
      messages(channel, options) {
        this.#checkChannel(channel);
        return channelMessages(this, channel, options);
      }
      // Batches
      /** Sends what a function sends in one go. */
      batch(scope, callback) {
        const { scope: self, method } = scopedCallback(scope, callback);
        this.startBatch();
        try {
          method.call(self);
        } finally {
          this.endBatch();
        }
      }
      /** Lets messages wait; `batch` is safer. */
      startBatch() {
        this.#engine.startBatch();
      }
      endBatch() {
        this.#engine.endBatch();
      }
      // Extensions
      /** @returns {boolean} false when the name is taken */
      registerExtension(name, extension) {
        if (arguments.length < 2) {
          throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkName(name);
        return this.#extensions.register(name, extension, this);
      }
      /** @returns {boolean} false when there is none of this name */
      unregisterExtension(name) {
        this.#checkName(name);
        return this.#extensions.unregister(name);
      }
      getExtension(name) {
        return this.#extensions.get(name);
      }
      // Transports
      /**
       * @param {string} type such as `long-polling`
       * @param {Transport} transport
       * @param {number} [index] its place in the order in which they are tried
       * @returns {boolean} false when the type is taken
       */
      registerTransport(type, transport, index) {
        const added = this.#registry.add(type, transport, index);
        if (added) {
          transport.registered?.(type, this);
        }
        return added;
      }
      /** @returns the transport, or null when there is none of this type */
      unregisterTransport(type) {
        const transport = this.#registry.remove(type);
        transport?.abort?.();
        transport?.unregistered?.();
        return transport;
      }
      unregisterTransports() {
        for (const type of this.getTransportTypes()) {
          this.unregisterTransport(type);
        }
      }
      getTransportTypes() {
        return this.#registry.getTransportTypes();
      }
      findTransport(type) {
        return this.#registry.find(type);
      }
      getTransportRegistry() {
        return this.#registry;
      }
      // Others
      /** The calls that reach the server, with a promise each instead of a callback. */
      get promises() {
        return this.#promises;
      }
      /** Treats a message as if the server had sent it. */
      receive(message) {
        this.#engine.receive(message);
      }
      /**
       * Called when a handshake or connect has failed; a replacement can decide otherwise.
       *
       * @param message the reply, with `failure` when none came
       * @param info `{cause, action, delay, transport}`; action is `retry`, `handshake` or `none`, delay milliseconds
       * @param {function} proceed to be called, now or later, with such an object
       */
      onTransportFailure(message, info, proceed) {
        proceed(info);
      }
      /** Like the global function, but on time in a tab in the background, too. */
      setTimeout(callback, delay) {
        return this.#scheduler.setTimeout(() => {
          try {
            callback();
          } catch (exception) {
            this._debug("exception in a timer", exception);
          }
        }, delay);
      }
      clearTimeout(handle) {
        clearSharedTimeout(handle);
      }
      get #scheduler() {
        return sharedScheduler(this.#configuration.useWorkerScheduler);
      }
      #checkChannel(channel) {
        if (typeof channel !== "string") {
          throw new Error("Illegal argument type: channel must be a string");
        }
      }
      #checkName(name) {
        if (typeof name !== "string") {
          throw new Error("Illegal argument type: extension name must be a string");
        }
      }
      #checkConnected() {
        if (this.isDisconnected()) {
          throw new Error("Illegal state: disconnected");
        }
      }
      // For transports and extensions.
      _received(messages) {
        this.#engine.received(messages);
      }
      /** Has a function called once when the session has ended for good; what is returned forgets it. */
      _whenEnded(callback) {
        this.#endings.add(callback);
        return () => this.#endings.delete(callback);
      }
      _takeEndings() {
        const endings = [...this.#endings];
        this.#endings.clear();
        return endings;
      }
      /** `(deep, target, …sources)`, for extensions that were written for CometD 3.1. */
      _mixin(deep, target, ...sources) {
        return deep ? merge(target, ...sources) : Object.assign(target, ...sources);
      }
      _log(level, parts) {
        this.#logger.log(level, parts);
      }
      _debug(...parts) {
        this._log("debug", parts);
      }
      _info(...parts) {
        this._log("info", parts);
      }
      _warn(...parts) {
        this._log("warn", parts);
      }
    };
    function binaryArguments(data, last, meta, callback, properties) {
      if (typeof last === "function") {
        [last, meta, callback, properties] = [true, void 0, last, meta];
      } else if (typeof meta === "function") {
        [meta, callback, properties] = [void 0, meta, callback];
      }
      const binary = { meta: meta ?? {}, data, last: last ?? true };
      return { binary, replied: callback, rest: properties };
    }

    // src/Z85.js
    var ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    var NO_DIGIT = 255;
    var CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
    var VALUES = new Uint8Array(128).fill(NO_DIGIT);
    CODES.forEach((code, value) => {
      VALUES[code] = value;
    });
    var CHUNK = 8192;
    function bytesOf(source) {
      if (ArrayBuffer.isView(source)) {
        return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
      }
      const kind = Object.prototype.toString.call(source);
      if (kind === "[object ArrayBuffer]" || kind === "[object SharedArrayBuffer]") {
        return new Uint8Array(source);
      }
      if (Array.isArray(source)) {
        return Uint8Array.from(source);
      }
      throw new TypeError("Z85 encodes an ArrayBuffer, a typed array, a DataView or an array of bytes");
    }
    function textOf(codes) {
      let text = "";
      for (let start = 0; start < codes.length; start += CHUNK) {
        text += String.fromCharCode.apply(null, codes.subarray(start, start + CHUNK));
      }
      return text;
    }
    function encode(source) {
      const bytes = bytesOf(source);
      const rest = bytes.length % 4;
      const whole = bytes.length - rest;
      const codes = new Uint8Array(whole / 4 * 5 + (rest === 0 ? 0 : rest + 1));
      let written = 0;
      for (let read = 0; read < whole; read += 4) {
        let number = (bytes[read] << 24 | bytes[read + 1] << 16 | bytes[read + 2] << 8 | bytes[read + 3]) >>> 0;
        for (let place = 4; place > 0; place--) {
          const quotient = number / 85 >>> 0;
          codes[written + place] = CODES[number - quotient * 85];
          number = quotient;
        }
        codes[written] = CODES[number];
        written += 5;
      }
      if (rest > 0) {
        let number = 0;
        for (let place = 0; place < 4; place++) {
          number = number * 256 + (place < rest ? bytes[whole + place] : 0);
        }
        for (let place = 4; place >= 0; place--) {
          if (place <= rest) {
            codes[written + place] = CODES[number % 85];
          }
          number = Math.floor(number / 85);
        }
      }
      return textOf(codes);
    }
    function numberAt(text, start, count) {
      let number = 0;
      for (let place = 0; place < 5; place++) {
        let value = 84;
        if (place < count) {
          const code = text.charCodeAt(start + place);
          value = code < 128 ? VALUES[code] : NO_DIGIT;
          if (value === NO_DIGIT) {
            throw new SyntaxError(`no Z85 character at ${start + place}`);
          }
        }
        number = number * 85 + value;
      }
      if (number > 4294967295) {
        throw new SyntaxError(`no Z85: the characters at ${start} say more than four bytes can`);
      }
      return number;
    }
    function decode(text) {
      if (typeof text !== "string") {
        throw new TypeError("Z85 decodes a string");
      }
      const rest = text.length % 5;
      if (rest === 1) {
        throw new SyntaxError("no Z85: a single character is left at the end");
      }
      const whole = text.length - rest;
      const bytes = new Uint8Array(whole / 5 * 4 + (rest === 0 ? 0 : rest - 1));
      let written = 0;
      for (let read = 0; read < whole; read += 5) {
        const number = numberAt(text, read, 5);
        bytes[written++] = number >>> 24;
        bytes[written++] = number >>> 16;
        bytes[written++] = number >>> 8;
        bytes[written++] = number;
      }
      if (rest > 0) {
        const number = numberAt(text, whole, rest);
        for (let place = 0; place < rest - 1; place++) {
          bytes[written++] = number >>> 24 - 8 * place;
        }
      }
      return bytes.buffer;
    }
    var Z85 = Object.freeze({
      /**
       * Encodes bytes.
       *
       * @param {ArrayBuffer | SharedArrayBuffer | ArrayBufferView | number[]} bytes any number of them; of a view, only
       *     what it shows
       * @returns {string} five characters for each four bytes; n bytes that are left become n + 1 characters
       * @throws {TypeError} when it is given something else
       */
      encode,
      /**
       * Decodes a text.
       *
       * @param {string} text what `encode` makes, without space or line breaks
       * @returns {ArrayBuffer} the bytes, four fifths of the text's length
       * @throws {SyntaxError} when the text is no Z85: a character that is none of the 85, a group that says more than
       *     four bytes can, or a single character at the end
       */
      decode
    });
    var exported = { CallbackPollingTransport, CometD, LongPollingTransport, RequestTransport, Transport, TransportRegistry, Utils, WebSocketTransport, Z85 };
    return exported;
});
