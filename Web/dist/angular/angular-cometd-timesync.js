// Module "cometd-timesync" is in angular-cometd.js.
