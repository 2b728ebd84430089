/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["angular", "cometd/cometd"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("angular"), require("../cometd/cometd.js"));
    } else {
        factory(root.angular, (root.org = root.org || {}).cometd = root.org.cometd || {});
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (angular, cometd) {
    "use strict";
    // src/bindings/extensions.js
    var extensions = Object.freeze({
      ack: "AckExtension",
      binary: "BinaryExtension",
      reload: "ReloadExtension",
      timestamp: "TimeStampExtension",
      timesync: "TimeSyncExtension"
    });
    function registerExtension(cometd, namespace, name) {
      const registered = cometd.getExtension(name);
      if (registered) {
        return registered;
      }
      const Extension = namespace[extensions[name]];
      if (!Extension) {
        throw new Error(`${extensions[name]}.js must be loaded first`);
      }
      const extension = new Extension();
      cometd.registerExtension(name, extension);
      return extension;
    }

    // src/bindings/angular.js
    var METHODS = [
      "init",
      "handshake",
      "disconnect",
      "addListener",
      "subscribe",
      "unsubscribe",
      "publish",
      "publishBinary",
      "remoteCall",
      "remoteCallBinary",
      "setTimeout"
    ];
    function bindAngular(angular, namespace) {
      const module = angular.module("cometd", []);
      module.factory("cometd", [
        "$rootScope",
        ($rootScope) => {
          const create = (name) => withDigest(new namespace.CometD(name), $rootScope);
          return Object.assign(create(), { create });
        }
      ]);
      for (const name of Object.keys(extensions)) {
        const service = `cometd${name[0].toUpperCase()}${name.slice(1)}`;
        module.factory(service, ["cometd", (cometd) => registerExtension(cometd, namespace, name)]);
        angular.module(`cometd-${name}`, ["cometd"]).run([service, () => {
        }]);
      }
      return module;
    }
    function withDigest(cometd, $rootScope) {
      const wrap = (callback) => function digesting(...values) {
        try {
          return callback.apply(this, values);
        } finally {
          $rootScope.$evalAsync();
        }
      };
      for (const method of METHODS) {
        const original = cometd[method];
        cometd[method] = function digestingMethod(...values) {
          const [, scope, callback] = values;
          if ((method === "addListener" || method === "subscribe") && typeof callback === "string") {
            values[2] = (...parameters) => scope[callback](...parameters);
          }
          return original.apply(cometd, values.map((value) => typeof value === "function" ? wrap(value) : value));
        };
      }
      return cometd;
    }
    var exported = { bindAngular };
    return exported.bindAngular(angular, cometd).name;
});
