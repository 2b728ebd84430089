// Module "cometd-ack" is in angular-cometd.js.
