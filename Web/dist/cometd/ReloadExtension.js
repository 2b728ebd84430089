/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["./cometd"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("./cometd.js"));
    } else {
        factory((root.org = root.org || {}).cometd = root.org.cometd || {});
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (cometd) {
    "use strict";
    // src/extensions/ReloadExtension.js
    var STATES_WORTH_KEEPING = ["connecting", "connected"];
    var PATIENCE = 5e3;
    var ReloadExtension = class {
      #cometd = null;
      #name = "org.cometd.reload";
      #storage = null;
      #reload = (configuration) => this.#save(configuration);
      /** The session as the next page will find it; null when there is none. */
      #state = null;
      /** The first connect of a page that goes on is under way, and messages wait for its reply. */
      #resuming = false;
      /** The page is about to go. */
      #leaving = false;
      /** The connect that was not sent for that reason. */
      #withheld = null;
      #timer = null;
      /**
       * Makes the extension for one client.
       *
       * @param {{name?: string, storage?: Storage}} [configuration] see `configure`
       */
      constructor(configuration) {
        this.configure(configuration);
      }
      /**
       * Changes the configuration.
       *
       * @param {{name?: string, storage?: Storage}} configuration under which name the session is kept,
       *     `org.cometd.reload` by default: clients of one page need different ones; where, SessionStorage by default
       */
      configure(configuration) {
        if (typeof configuration?.name === "string" && configuration.name !== "") {
          this.#name = configuration.name;
        }
        if (typeof configuration?.storage?.getItem === "function") {
          this.#storage = configuration.storage;
        }
      }
      /** Called by the library; adds `cometd.reload`. */
      registered(name, cometd) {
        this.#cometd = cometd;
        cometd.reload = this.#reload;
      }
      /** Called by the library; removes `cometd.reload`. */
      unregistered() {
        this.#stay();
        if (this.#cometd?.reload === this.#reload) {
          delete this.#cometd.reload;
        }
        this.#endResuming();
        this.#state = null;
        this.#cometd = null;
      }
      /** Answers a handshake from what was kept, and holds connects back when the page is about to go. */
      outgoing(message) {
        switch (message.channel) {
          case "/meta/handshake":
            return this.#handshake(message);
          case "/meta/connect":
            if (this.#leaving) {
              this.#withheld = message;
              return null;
            }
            if (this.#state) {
              this.#state.transportType = message.connectionType;
            }
            return message;
          case "/meta/disconnect":
            this.#stay();
            this.#endResuming();
            this.#state = null;
            return message;
          default:
            return message;
        }
      }
      /** Notes what the next page must know. */
      incoming(message) {
        switch (message.channel) {
          case "/meta/handshake":
            if (message.successful === true && message.ext?.reload !== true) {
              this.#state = { url: this.#cometd.getURL(), reply: structuredCopy(message) };
              this.#state.acknowledged = numberOr(message.ext?.ack?.batch, -1);
            }
            break;
          case "/meta/connect":
            if (this.#state && message.successful === true) {
              this.#state.acknowledged = numberOr(message.ext?.ack, this.#state.acknowledged);
            }
            if (message.advice?.reconnect !== "handshake") {
              this.#endResuming();
            }
            break;
          case "/meta/disconnect":
            this.#state = null;
            break;
          default:
        }
        return message;
      }
      // MARK: Leaving
      #save(configuration) {
        const cometd = this.#cometd;
        const status = cometd.getStatus();
        if (!this.#state?.transportType || !STATES_WORTH_KEEPING.includes(status)) {
          return;
        }
        this.configure(configuration);
        try {
          this.#store().setItem(this.#name, JSON.stringify({ ...this.#state, status }));
        } catch (failure) {
          cometd._warn("Reload extension could not keep the session", failure);
          return;
        }
        cometd._debug("Reload extension kept the session", this.#state);
        this.#leaving = true;
        cometd.clearTimeout(this.#timer);
        this.#timer = cometd.setTimeout(() => this.#returned(), PATIENCE);
        cometd.getTransport()?.abort();
      }
      /** The page has not gone after all: the session is its own again. */
      #returned() {
        const cometd = this.#cometd;
        const withheld = this.#withheld;
        this.#stay();
        try {
          this.#store().removeItem(this.#name);
        } catch (failure) {
          cometd._debug("Reload extension has no storage", failure);
        }
        globalThis.addEventListener?.("pagehide", () => this.#cometd?.reload?.(), { once: true });
        if (withheld) {
          cometd.receive({
            channel: "/meta/connect",
            id: withheld.id,
            successful: false,
            error: "408::page stayed",
            advice: { reconnect: "retry", interval: 0 }
          });
        }
      }
      #stay() {
        this.#leaving = false;
        this.#withheld = null;
        this.#cometd?.clearTimeout(this.#timer);
        this.#timer = null;
      }
      // MARK: Coming back
      #handshake(message) {
        this.#stay();
        this.#endResuming();
        this.#state = null;
        const kept = this.#takeKept();
        if (!kept || !this.#fits(kept, message)) {
          return message;
        }
        this.#state = kept;
        this.#resuming = true;
        this.#cometd.startBatch();
        this.#cometd.setTimeout(() => this.#replay(message.id), 0);
        return null;
      }
      #replay(id) {
        const state = this.#state;
        if (!this.#cometd || !state) {
          return;
        }
        const { reply, transportType, acknowledged } = state;
        const ext = { ...reply.ext, reload: true };
        if (isAcknowledged(reply)) {
          ext.ack = { enabled: true, batch: acknowledged };
        }
        this.#cometd._debug("Reload extension goes on with the session", reply.clientId);
        this.#cometd.receive({ ...reply, id, ext, supportedConnectionTypes: [transportType] });
      }
      /** What the last page left behind, taken out so that it is used once; null when there is nothing of use. */
      #takeKept() {
        try {
          const storage = this.#store();
          const text = storage.getItem(this.#name);
          if (typeof text !== "string") {
            return null;
          }
          storage.removeItem(this.#name);
          const { url, transportType, reply, acknowledged, status } = JSON.parse(text);
          const isWhole = typeof url === "string" && typeof transportType === "string" && typeof reply?.clientId === "string" && reply.successful === true && STATES_WORTH_KEEPING.includes(status);
          return isWhole ? { url, transportType, reply, acknowledged: numberOr(acknowledged, -1) } : null;
        } catch (failure) {
          this.#cometd._debug("Reload extension found nothing of use", failure);
          return null;
        }
      }
      /** Whether a session that was kept is one that this client can go on with. */
      #fits({ url, transportType, reply }, message) {
        const cometd = this.#cometd;
        const hasTransport = message.supportedConnectionTypes?.includes(transportType) ?? true;
        const asksForAck = cometd.ackEnabled !== false && Boolean(message.ext?.ack || cometd.getExtension("ack"));
        const fits = url === cometd.getURL() && hasTransport && (asksForAck || !isAcknowledged(reply));
        if (!fits) {
          cometd._debug("Reload extension does not go on with a session of another kind", url, transportType);
        }
        return fits;
      }
      #endResuming() {
        if (this.#resuming) {
          this.#resuming = false;
          this.#cometd.endBatch();
        }
      }
      /** Throws where storage is forbidden. */
      #store() {
        return this.#storage ?? globalThis.sessionStorage;
      }
    };
    function isAcknowledged(reply) {
      return reply.ext?.ack === true || reply.ext?.ack?.enabled === true;
    }
    function numberOr(value, other) {
      return typeof value === "number" ? value : other;
    }
    function structuredCopy(message) {
      return JSON.parse(JSON.stringify(message));
    }
    var exported = { ReloadExtension };
    return (cometd.ReloadExtension = exported.ReloadExtension);
});
