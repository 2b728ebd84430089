// Module "cometd-timestamp" is in angular-cometd.js.
