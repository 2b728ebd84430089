import NIOCore

/// Chooses how many bytes a WebSocket reads at a time: few at first, more while they are filled.
///
/// NIO keeps the buffer of a channel for the next read, and would keep the largest one for as long as the connection
/// lives. So it is given only the smallest to keep; larger ones are made for one read each. Three words, which the
/// channel stores without an allocation of their own.
struct WebSocketReceiveAllocator: RecvByteBufferAllocator {
    private static let most: UInt32 = 65536

    private let least: UInt32
    private var next: UInt32
    private var isSmall = false

    /// Chooses anew for a connection.
    ///
    /// - Parameter least: How many bytes are read at first; between 512 and 65536.
    init(least: Int) {
        self.least = UInt32(max(512, min(least, Int(Self.most))))
        self.next = self.least
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: Int(self.next))
    }

    /// None: with a size, NIO would let the kept buffer grow to it.
    func nextBufferSize() -> Int? { nil }

    /// Notes how much came.
    ///
    /// - Returns: Whether the next buffer is larger than the kept one, so that a new one is made.
    mutating func record(actualReadBytes: Int) -> Bool {
        if actualReadBytes >= self.next {
            self.next = min(self.next &* 2, Self.most)
            self.isSmall = false
        } else if actualReadBytes <= self.next / 2 {
            // Shrinks when two reads in a row would have fitted into half.
            if self.isSmall { self.next = max(self.next / 2, self.least) }
            self.isSmall.toggle()
        } else {
            self.isSmall = false
        }
        return self.next > self.least
    }
}
