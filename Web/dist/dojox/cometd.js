/*! cometd-swift-web 1.0.0, Apache-2.0 */
define(["dojo/_base/kernel", "cometd/cometd"], function (kernel, cometd) {
    "use strict";
    // src/bindings/dojo.js
    function bindDojo(kernel, namespace) {
      const dojox = kernel.dojox ?? (kernel.global.dojox ??= {});
      dojox.CometD = namespace.CometD;
      dojox.cometd = new namespace.CometD();
      return dojox.cometd;
    }
    var exported = { bindDojo };
    return exported.bindDojo(kernel, cometd);
});
