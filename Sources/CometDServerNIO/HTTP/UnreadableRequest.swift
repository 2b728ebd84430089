import Bayeux
import NIOCore
import NIOHTTP1

/// A request whose messages cannot be read.
struct UnreadableRequest: Error {
    /// What the client is told.
    var status: HTTPResponseStatus
    /// What is wrong with the JSON; `nil` when it never came to that.
    var scanError: ScanError?
    /// The text that is not the JSON that it should be.
    var text: ByteBuffer?

    init(_ status: HTTPResponseStatus) {
        self.status = status
    }

    init(_ error: ScanError, _ text: ByteBuffer? = nil) {
        self.status = error.reason == .tooManyMessages ? .payloadTooLarge : .badRequest
        self.scanError = error
        self.text = text
    }
}
