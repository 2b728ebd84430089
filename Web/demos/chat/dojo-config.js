/* How Dojo finds its modules and ours; Dojo reads it when it is loaded. */
var dojoConfig = {
    async: true,
    // Pages of this server run no text as a program.
    has: { "csp-restrictions": 1 },
    paths: {
        "dojox/cometd": "/js/dojox/cometd",
        "org/cometd": "/js/cometd/cometd",
        "org": "/js/cometd",
        "demos": "/demos",
    },
    deps: ["demos/chat/dojo"],
};
