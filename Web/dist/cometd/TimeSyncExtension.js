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
    // src/extensions/TimeSyncExtension.js
    var mean = (numbers) => numbers.length === 0 ? 0 : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
    var TimeSyncExtension = class {
      #cometd = null;
      #maxSamples;
      #lags = [];
      #offsets = [];
      /**
       * Makes the extension for one client.
       *
       * @param {{maxSamples?: number}} [configuration] how many answers count; 10 by default
       */
      constructor(configuration) {
        this.#maxSamples = Math.max(1, Number(configuration?.maxSamples) || 10);
      }
      /** Called by the library. */
      registered(name, cometd) {
        this.#cometd = cometd;
      }
      /** Called by the library. */
      unregistered() {
        this.#cometd = null;
        this.#lags = [];
        this.#offsets = [];
      }
      /** Asks. */
      outgoing(message) {
        if (message.channel === "/meta/handshake" || message.channel === "/meta/connect") {
          const timesync = { tc: Date.now(), l: this.getNetworkLag(), o: this.getTimeOffset() };
          message.ext = { ...message.ext, timesync };
        }
        return message;
      }
      /** Takes an answer in. */
      incoming(message) {
        const answer = message.ext?.timesync;
        if (!answer || message.ext.reload === true || !String(message.channel).startsWith("/meta/")) {
          return message;
        }
        const lag = (Date.now() - answer.tc - answer.p) / 2;
        const offset = answer.ts - answer.tc - lag;
        if (Number.isFinite(lag) && Number.isFinite(offset)) {
          this.#lags.push(lag);
          this.#offsets.push(offset);
          if (this.#offsets.length > this.#maxSamples) {
            this.#lags.shift();
            this.#offsets.shift();
          }
          this.#cometd?._debug?.("TimeSync extension: lag", this.getNetworkLag(), "offset", this.getTimeOffset());
        }
        return message;
      }
      /**
       * How long a message takes one way.
       *
       * @returns {number} milliseconds; 0 until the server has answered
       */
      getNetworkLag() {
        return Math.round(mean(this.#lags));
      }
      /**
       * What must be added to this clock to make it the server's.
       *
       * @returns {number} milliseconds; 0 until the server has answered
       */
      getTimeOffset() {
        return Math.round(mean(this.#offsets));
      }
      /**
       * The offsets that `getTimeOffset` is the mean of.
       *
       * @returns {number[]} milliseconds, the oldest first
       */
      getTimeOffsetSamples() {
        return this.#offsets.slice();
      }
      /**
       * The time by the server's clock.
       *
       * @returns {number} milliseconds since 1970
       */
      getServerTime() {
        return Date.now() + this.getTimeOffset();
      }
      /**
       * The time by the server's clock.
       *
       * @returns {Date} the time
       */
      getServerDate() {
        return new Date(this.getServerTime());
      }
      /**
       * Calls a function at a time of the server's.
       *
       * @param {Function} callback what is called, without arguments
       * @param {Date | number} serverTime when, at most 24 days from now; a time that has passed means at once
       * @returns {*} what `cometd.clearTimeout` takes
       */
      setTimeout(callback, serverTime) {
        const delay = Math.max(0, Number(serverTime) - this.getServerTime());
        const scheduler = this.#cometd?.setTimeout ? this.#cometd : globalThis;
        return scheduler.setTimeout(callback, delay);
      }
    };
    var exported = { TimeSyncExtension };
    return (cometd.TimeSyncExtension = exported.TimeSyncExtension);
});
