/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["./jquery.cometd", "cometd/AckExtension"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("./jquery.cometd.js"), require("../cometd/AckExtension.js"));
    } else {
        factory(root.jQuery.cometd, root.org.cometd.AckExtension);
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("ack");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("ack", extension);
    }
    return extension;
});
