import NIOCore
import NIOHTTP1

/// NIO's decoder of requests, which goes on after a request for a protocol that nobody here speaks, and tells a target
/// that is too long from headers that are.
///
/// Clients ask for HTTP/2 in passing (`Upgrade: h2c`); NIO's decoder then takes all that follows for HTTP/2.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    /// The path and query of a request are longer than ``ListenerOptions/maxHeaderSize``.
    struct TargetTooLong: Error {}

    private let maxHeaderSize: Int
    private var decoder: HTTPRequestDecoder
    private var restarts = false

    init(maxHeaderSize: Int) {
        self.maxHeaderSize = maxHeaderSize
        self.decoder = Self.makeDecoder(maxHeaderSize)
    }

    /// What follows the request that has just ended is HTTP still.
    ///
    /// Called while ``decode(context:buffer:)`` is on the stack: from within the reading of the request's end.
    func restart() {
        self.restarts = true
    }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        do {
            _ = try self.decoder.decode(context: context, buffer: &buffer)
        } catch HTTPParserError.headerOverflow where Self.targetLength(in: buffer) > self.maxHeaderSize {
            throw TargetTooLong()
        }
        guard self.restarts else { return .needMoreData }
        self.restarts = false
        self.decoder.decoderRemoved(context: context)
        self.decoder = Self.makeDecoder(self.maxHeaderSize)
        self.decoder.decoderAdded(context: context)
        return buffer.readableBytes > 0 ? .continue : .needMoreData
    }

    func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        try self.decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    func decoderAdded(context: ChannelHandlerContext) {
        self.decoder.decoderAdded(context: context)
    }

    func decoderRemoved(context: ChannelHandlerContext) {
        self.decoder.decoderRemoved(context: context)
    }

    private static func makeDecoder(_ maxHeaderSize: Int) -> HTTPRequestDecoder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maxHeaderSize
        limits.maxHeaderListSize = maxHeaderSize
        // Bytes that follow a request for a WebSocket belong to the WebSocket.
        return HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
    }

    /// How long the request's target is as far as it has arrived, if the bytes that the decoder keeps begin with it or
    /// with the method before it; else zero.
    private static func targetLength(in buffer: ByteBuffer) -> Int {
        let line = buffer.readableBytesView.prefix { $0 != UInt8(ascii: "\n") }
        if line.first == UInt8(ascii: "/") { return line.prefix { $0 != UInt8(ascii: " ") }.count }
        let method = line.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let rest = line.dropFirst(method.count)
        guard !method.isEmpty, rest.first == UInt8(ascii: " ") else { return 0 }
        return rest.dropFirst().prefix { $0 != UInt8(ascii: " ") }.count
    }
}
