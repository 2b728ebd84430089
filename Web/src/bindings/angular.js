import { extensions, registerExtension } from "./extensions.js";

/** The methods that take callbacks. */
const METHODS = [
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
    "setTimeout",
];

/**
 * Defines the module `cometd` for Angular 1.
 *
 * Its service `cometd` is a client whose callbacks and listeners are each followed by a digest, so that what they put
 * into scopes shows; one digest serves all messages that arrive together, and it is safe within another. Other clients:
 * `new cometd.constructor()` without digest, or `cometd.create(name)` with it.
 *
 * Each extension is a service that is registered with `cometd` when it is first injected: `cometdAck`, `cometdBinary`,
 * `cometdReload`, `cometdTimestamp`, `cometdTimesync`. As with CometD 3.1, depending on the module `cometd-ack` and so
 * on does the same.
 *
 * @param angular Angular 1
 * @param namespace the library, such as `org.cometd`
 * @returns the module
 */
export function bindAngular(angular, namespace) {
    const module = angular.module("cometd", []);
    module.factory("cometd", [
        "$rootScope",
        ($rootScope) => {
            const create = (name) => withDigest(new namespace.CometD(name), $rootScope);
            return Object.assign(create(), { create });
        },
    ]);
    for (const name of Object.keys(extensions)) {
        const service = `cometd${name[0].toUpperCase()}${name.slice(1)}`;
        module.factory(service, ["cometd", (cometd) => registerExtension(cometd, namespace, name)]);
        angular.module(`cometd-${name}`, ["cometd"]).run([service, () => {}]);
    }
    return module;
}

/** Has a digest follow each function that is given to the client. */
function withDigest(cometd, $rootScope) {
    const wrap = (callback) =>
        function digesting(...values) {
            try {
                return callback.apply(this, values);
            } finally {
                // Within a digest it belongs to that one, else it starts one soon.
                $rootScope.$evalAsync();
            }
        };
    for (const method of METHODS) {
        const original = cometd[method];
        cometd[method] = function digestingMethod(...values) {
            // (channel, scope, "method"): the method may be replaced later, so it is looked up at each call.
            const [, scope, callback] = values;
            if ((method === "addListener" || method === "subscribe") && typeof callback === "string") {
                values[2] = (...parameters) => scope[callback](...parameters);
            }
            return original.apply(cometd, values.map((value) => (typeof value === "function" ? wrap(value) : value)));
        };
    }
    return cometd;
}
