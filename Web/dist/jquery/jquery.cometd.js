/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["jquery", "cometd/cometd"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("jquery"), require("../cometd/cometd.js"));
    } else {
        factory(root.jQuery, root.org.cometd);
    }
})(typeof globalThis === "undefined" ? this : globalThis, function ($, cometd) {
    "use strict";
    // src/bindings/jquery.js
    function bindJQuery($, namespace) {
      class AjaxLongPollingTransport extends namespace.LongPollingTransport {
        xhrSend(packet) {
          const xhr = $.ajax({
            url: packet.url,
            type: "POST",
            contentType: "application/json;charset=UTF-8",
            data: packet.body,
            dataType: "text",
            headers: packet.headers,
            cache: true,
            // A POST is not cached; this keeps "_=1" away from the URL.
            global: false,
            processData: false,
            xhrFields: { withCredentials: true },
            success: (text) => packet.onSuccess(text),
            error: (failed, status, thrown) => {
              const code = failed.status || void 0;
              packet.onError(typeof thrown === "string" && thrown || status, void 0, code);
            }
          });
          packet.request.abort = () => xhr.abort();
          return xhr;
        }
      }
      $.CometD = function CometD(name) {
        const cometd = new namespace.CometD(name);
        const place = cometd.getTransportTypes().indexOf("long-polling");
        if ($.ajax && place >= 0) {
          cometd.unregisterTransport("long-polling");
          cometd.registerTransport("long-polling", new AjaxLongPollingTransport(), place);
        }
        return cometd;
      };
      $.cometd = new $.CometD();
      return $.cometd;
    }
    var exported = { bindJQuery };
    return exported.bindJQuery($, cometd);
});
