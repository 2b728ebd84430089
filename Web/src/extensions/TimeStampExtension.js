/**
 * Writes into each message when it was sent: `timestamp`, such as `Fri, 20 Nov 2026 23:57:48 GMT`.
 *
 * It says what the sender's clock says; see TimeSyncExtension for how far the server's clock is from that.
 */
export class TimeStampExtension {
    /** Adds the time. */
    outgoing(message) {
        message.timestamp = new Date().toUTCString();
        return message;
    }
}
