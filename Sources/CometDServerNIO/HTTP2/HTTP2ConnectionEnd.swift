import CometDServer
import Logging
import NIOCore
import NIOHTTP2

/// Closes an HTTP/2 connection that fails, and one whose client does not answer to the announcement of its end.
///
/// `NIOHTTP2ServerConnectionManagementHandler`, behind it, announces the end with a GOAWAY and a PING, and waits for the
/// answer to the latter without a limit before it sends its second GOAWAY. This is the limit.
final class HTTP2ConnectionEnd: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// How long a client has for its answer at most: whoever stops a server does not wait for ever.
    private static let longestLimit = TimeAmount.seconds(5)

    private let limit: TimeAmount
    private let timers: TimerWheel
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var isAnnounced = false
    private lazy var timer = TimerWheel.Timer { [unowned self] _ in self.context?.close(promise: nil) }

    init(within limit: TimeAmount, timers: TimerWheel, logger: Logger) {
        self.limit = min(limit, Self.longestLimit)
        self.timers = timers
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timers.cancel(self.timer)
        self.context = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .goAway = self.unwrapOutboundIn(data).payload {
            if self.isAnnounced {
                // The client has answered. What still goes on is the other handler's.
                self.timers.cancel(self.timer)
            } else {
                self.isAnnounced = true
                self.timers.set(self.timer, in: self.limit)
            }
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timers.cancel(self.timer)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.logger.debug("connection failed", metadata: ["error": "\(error)"])
        if !Self.concernsOneStream(error) { context.close(promise: nil) }
    }

    /// Whether an error has ended the stream that it is about, and leaves the others alone.
    ///
    /// `NIOHTTP2Handler` wraps some of them only. The others are what makes a request malformed.
    ///
    /// - SeeAlso: RFC 9113, section 8.1.1.
    private static func concernsOneStream(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.StreamError,
            is NIOHTTP2Errors.DuplicatePseudoHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
            is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader,
            is NIOHTTP2Errors.UnknownPseudoHeader, is NIOHTTP2Errors.UnsupportedPseudoHeader,
            is NIOHTTP2Errors.EmptyPathHeader, is NIOHTTP2Errors.ForbiddenHeaderField,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue,
            is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
            is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue:
            true
        default:
            false
        }
    }
}
