/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["../cometd", "cometd/AckExtension"], function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("ack");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("ack", extension);
    }
    return extension;
});
