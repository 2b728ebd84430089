/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["./jquery.cometd", "cometd/TimeStampExtension"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("./jquery.cometd.js"), require("../cometd/TimeStampExtension.js"));
    } else {
        factory(root.jQuery.cometd, root.org.cometd.TimeStampExtension);
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("timestamp");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("timestamp", extension);
    }
    return extension;
});
