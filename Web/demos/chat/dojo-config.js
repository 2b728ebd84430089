/* How Dojo finds its modules and ours; Dojo reads it when it is loaded. */
var dojoConfig = {
    async: true,
    // Pages of this server run no text as a program.
    has: { "csp-restrictions": 1 },
    paths: {
        "cometd": "/js/cometd",
        "dojox/cometd": "/js/dojox/cometd",
        "demos": "/demos",
    },
    deps: ["demos/chat/dojo"],
};
