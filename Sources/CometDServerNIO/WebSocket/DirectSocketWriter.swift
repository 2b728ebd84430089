import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Writes to a plaintext connection's socket with `send(2)`, past the channel: a fifth to a third less time each.
///
/// Used by ``WebSocketConnection`` alone, on its event loop. What the socket does not take is left to the channel, and
/// everything after it until the channel has written it: so the order stays, and back-pressure is the channel's. With
/// TLS or anything else in the pipeline that changes what is written, on other channels than sockets and on other
/// systems than Linux, all of it is the channel's.
///
/// The descriptor is the channel's own: it must be forgotten before the channel closes it (``forget()``).
struct DirectSocketWriter {
    private enum Route {
        /// Nothing has been written yet.
        case undecided
        /// Through the channel. Terminal.
        case channel
        /// Through the channel, until it has written what waits.
        case behindChannel(CInt)
        /// To the socket; nothing waits in the channel.
        case socket(CInt)
    }

    private var route = Route.undecided

    /// Whether the next bytes go straight to the socket.
    var isDirect: Bool {
        if case .socket = self.route { true } else { false }
    }

    /// Writes behind everything that was written before.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - context: The connection's place in the pipeline.
    /// - Returns: What the caller must write through the channel; `nil` when all has been written.
    mutating func write(_ bytes: ByteBuffer, in context: ChannelHandlerContext) -> ByteBuffer? {
        let written = self.writeNow(bytes)
        return written == bytes.readableBytes ? nil : self.rest(of: bytes, after: written, in: context)
    }

    /// Writes what the socket takes, when it is the socket's turn: the first half of ``write(_:in:)``.
    ///
    /// - Returns: How many bytes have been written, perhaps none; negative when the socket has failed.
    @inline(__always)
    func writeNow(_ bytes: ByteBuffer) -> Int {
        guard case .socket(let descriptor) = self.route else { return 0 }
        return bytes.withUnsafeReadableBytes { Self.send($0, to: descriptor) }
    }

    /// Takes the other way for what the socket has not taken: the second half of ``write(_:in:)``.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - written: What ``writeNow(_:)`` returned for them.
    ///   - context: The connection's place in the pipeline.
    /// - Returns: What the caller must write through the channel; `nil` when all has been written.
    mutating func rest(of bytes: ByteBuffer, after written: Int, in context: ChannelHandlerContext) -> ByteBuffer? {
        switch self.route {
        case .socket(let descriptor):
            guard written >= 0 else {
                // The channel meets the same error, tells of it and closes.
                self.route = .channel
                return bytes
            }
            self.route = .behindChannel(descriptor)
            var rest = bytes
            rest.moveReaderIndex(forwardBy: written)
            return Self.toKeep(rest)
        case .channel:
            return bytes
        case .behindChannel(let descriptor):
            guard (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) == 0 else {
                return Self.toKeep(bytes)
            }
            self.route = .socket(descriptor)
            return self.write(bytes, in: context)
        case .undecided:
            // The answer to the upgrade may still wait in the channel.
            self.route = Self.descriptor(of: context).map { .behindChannel($0) } ?? .channel
            return self.rest(of: bytes, after: 0, in: context)
        }
    }

    /// What waits in the channel shall not hold on to a much larger buffer, of which others could make use.
    private static func toKeep(_ bytes: ByteBuffer) -> ByteBuffer {
        let isSpacious = bytes.storageCapacity > 2 * bytes.readableBytes + 1024
        return isSpacious ? ByteBuffer(bytes: bytes.readableBytesView) : bytes
    }

    /// Writes through the channel from now on: it is about to be closed, or has been.
    mutating func forget() {
        self.route = .channel
    }
}

#if os(Linux) || os(Android)
extension DirectSocketWriter {
    /// - Returns: How many bytes the socket took; negative when it failed.
    private static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Int {
        let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        while true {
            let written = systemSend(descriptor, bytes.baseAddress, bytes.count, flags)
            if written >= 0 { return written }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: return 0
            default: return -1
            }
        }
    }

    /// The descriptor of a connection that is nothing but a socket.
    private static func descriptor(of context: ChannelHandlerContext) -> CInt? {
        let pipeline = context.pipeline.syncOperations
        guard let socket = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, { $0 }),
            self.writesArriveUnchanged(in: context)
        else { return nil }
        return socket
    }

    /// Whether the handlers between this one and the socket let bytes pass as they are.
    ///
    /// TLS gathers what is written until it is flushed: an empty write does not come out at the other end.
    private static func writesArriveUnchanged(in context: ChannelHandlerContext) -> Bool {
        let probe = Probe()
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(probe, position: .first)
        } catch {
            return false
        }
        context.write(NIOAny(ByteBuffer()), promise: nil)
        pipeline.removeHandler(probe, promise: nil)
        return probe.isReached
    }

    /// Takes an empty write out of the pipeline, in front of the socket.
    private final class Probe: ChannelOutboundHandler, RemovableChannelHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private(set) var isReached = false

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.isReached = true
            promise?.succeed()
        }
    }
}

private func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(descriptor, bytes, count, flags)
}
#else
extension DirectSocketWriter {
    private static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Int { 0 }

    private static func descriptor(of context: ChannelHandlerContext) -> CInt? { nil }
}
#endif
