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
    // src/extensions/AckExtension.js
    var AckExtension = class {
      #cometd = null;
      /** Whether the server acknowledges too. */
      #agreed = false;
      /** The number of the last answer; -1 before the first. */
      #batch = -1;
      /** Called by the library. */
      registered(name, cometd) {
        this.#cometd = cometd;
      }
      /** Called by the library. */
      unregistered() {
        this.#cometd = null;
        this.#agreed = false;
        this.#batch = -1;
      }
      /** Asks in handshakes and acknowledges in connects. */
      outgoing(message) {
        if (message.channel === "/meta/handshake") {
          if (this.#cometd?.ackEnabled !== false) {
            message.ext = { ...message.ext, ack: true };
          }
        } else if (message.channel === "/meta/connect" && this.#agreed) {
          message.ext = { ...message.ext, ack: this.#batch };
        }
        return message;
      }
      /**
       * Reads the server's numbers.
       *
       * A handshake's answer may name one as well: `ext.ack: {enabled: true, batch: n}`, from a server that delivers
       * with it or from the reload extension, which goes on where the last page was.
       */
      incoming(message) {
        if (message.successful !== true) {
          return message;
        }
        const ack = message.ext?.ack;
        if (message.channel === "/meta/handshake") {
          this.#agreed = ack === true || ack?.enabled === true;
          this.#batch = typeof ack?.batch === "number" ? ack.batch : -1;
          this.#cometd?._debug?.("Ack extension: the server", this.#agreed ? "acknowledges" : "does not acknowledge");
        } else if (message.channel === "/meta/connect" && this.#agreed && typeof ack === "number") {
          this.#batch = ack;
          this.#cometd?._debug?.("Ack extension: received batch", ack);
        }
        return message;
      }
    };
    var exported = { AckExtension };
    return (cometd.AckExtension = exported.AckExtension);
});
