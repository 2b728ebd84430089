import Bayeux
import NIOCore

/// The JSON scanner alone.
enum ScanBenchmark {
    /// A publish as clients send it, 146 bytes.
    static let publish =
        #"[{"channel":"/chat/room1","clientId":"00003hx2k9q8w7e6r5t4y3u2i1o0","data":{"user":"alice","text":"hello, world, hello again"},"id":"1234567890"}]"#

    /// - Returns: Nanoseconds per scan.
    static func run(_ iterations: Int) throws -> Double {
        let buffer = ByteBuffer(string: self.publish)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        precondition(buffer.readableBytes == 146, "\(buffer.readableBytes) bytes")
        return try CPUClock.best(of: iterations) { count in
            for _ in 0..<count { _ = try BatchScanner.scan(buffer, into: &envelopes) }
        }
    }
}
