import Bayeux
import CometDServer
import Logging
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

    /// Logs what is wrong with the JSON, and the text itself if the transport's `jsonDebug` says so.
    func log(_ request: IncomingRequest, at endpoint: BayeuxEndpoint, to logger: Logger) {
        guard let scanError = self.scanError else { return }
        logger.debug(
            "a request is no batch of messages",
            metadata: ["reason": "\(scanError.reason)", "offset": "\(scanError.offset)"]
        )
        let options = endpoint.server.options
        let isDebugged: Bool =
            if case .callbackPolling = request.route {
                options.callbackPolling.jsonDebug
            } else {
                options.longPolling.jsonDebug
            }
        if isDebugged, let text = self.text {
            logger.info("the text that is no batch", metadata: ["text": "\(String(buffer: text))"])
        }
    }
}
