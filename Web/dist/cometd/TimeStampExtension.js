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
    // src/extensions/TimeStampExtension.js
    var TimeStampExtension = class {
      /** Adds the time. */
      outgoing(message) {
        message.timestamp = new Date().toUTCString();
        return message;
      }
    };
    var exported = { TimeStampExtension };
    return (cometd.TimeStampExtension = exported.TimeStampExtension);
});
