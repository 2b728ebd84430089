import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Channel {
    /// Ends the connection with RST at once, on its event loop; what has not been sent is dropped.
    func reset() {
        _ = self.onSocket { handle in
            // The two members of `linger`: on, for zero seconds.
            let linger: [CInt] = [1, 0]
            return setsockopt(handle, SOL_SOCKET, SO_LINGER, linger, socklen_t(MemoryLayout<CInt>.size * 2))
        }
        self.close(promise: nil)
    }

    /// Sends what has been written, then FIN; discards what the peer sends until it closes, too.
    ///
    /// A socket that is closed with unread bytes sends RST in place of FIN, therefore it stays open for reading.
    func finish() {
        try? self.syncOptions?.setOption(.autoRead, value: true)
        self.closeOutput()
    }

    /// Sends what has been written, then FIN.
    func closeOutput() {
        // A channel whose peer has ended is closed whole, and drops what waits: so nothing may wait any more.
        self.writeAndFlush(ByteBuffer()).whenComplete { _ in self.close(mode: .output, promise: nil) }
    }

    /// The bytes that the kernel has taken and the peer's has not acknowledged.
    ///
    /// Asked for on the event loop. Zero if the kernel does not tell.
    var unacknowledgedBytes: Int {
        var count: CInt = 0
        let result = self.onSocket { handle in
            #if canImport(Darwin)
            var size = socklen_t(MemoryLayout<CInt>.size)
            return getsockopt(handle, SOL_SOCKET, SO_NWRITE, &count, &size)
            #else
            // Known as SIOCOUTQ, too.
            return ioctl(handle, UInt(TIOCOUTQ), &count)
            #endif
        }
        return result == 0 ? Int(count) : 0
    }

    /// - Returns: What the call returns; `nil` when there is no socket any more.
    private func onSocket(_ call: (NIOBSDSocket.Handle) -> CInt) -> CInt? {
        try? self.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, call)
    }
}
