// Module "cometd-binary" is in angular-cometd.js.
