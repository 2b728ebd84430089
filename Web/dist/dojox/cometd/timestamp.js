/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["../cometd", "cometd/TimeStampExtension"], function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("timestamp");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("timestamp", extension);
    }
    return extension;
});
