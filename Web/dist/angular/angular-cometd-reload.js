// Module "cometd-reload" is in angular-cometd.js.
