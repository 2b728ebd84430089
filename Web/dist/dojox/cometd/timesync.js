/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["../cometd", "cometd/TimeSyncExtension"], function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("timesync");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("timesync", extension);
    }
    return extension;
});
