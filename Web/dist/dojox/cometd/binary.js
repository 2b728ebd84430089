/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["../cometd", "cometd/BinaryExtension"], function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("binary");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("binary", extension);
    }
    return extension;
});
