/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["../cometd", "cometd/ReloadExtension"], function (cometd, Extension) {
    "use strict";
    var extension = cometd.getExtension("reload");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("reload", extension);
    }
    return extension;
});
