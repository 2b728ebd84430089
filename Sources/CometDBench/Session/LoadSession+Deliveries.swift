import Bayeux
import NIOCore

extension LoadSession {
    private static let limits = ScanLimits(maxDepth: 64, maxMessages: 1 << 20)

    /// A text arrived, with messages and replies.
    ///
    /// It is checked as a whole, and of what it holds only the stamps are decoded; deliveries allocate nothing.
    func receive(_ text: ByteBuffer, now: NIODeadline) {
        let loop = self.loop
        do throws(ScanError) {
            _ = try BatchScanner.scan(text, limits: Self.limits, into: &loop.envelopes)
        } catch {
            let beginning = String(decoding: text.readableBytesView.prefix(200), as: UTF8.self)
            return self.fail("the server sends what is no batch of messages: \(beginning)")
        }
        let envelopes = loop.envelopes
        var hasDelivery = false
        text.withUnsafeReadableBytes { bytes in
            for envelope in envelopes {
                guard envelope.successful.isEmpty else {
                    self.receive(ReplyFacts(envelope, in: bytes))
                    continue
                }
                guard !envelope.data.isEmpty else { continue }
                hasDelivery = true
                self.receive(data: UnsafeRawBufferPointer(rebasing: bytes[envelope.data.range]), now: now)
            }
        }
        if hasDelivery { loop.recorder.counts.responses += 1 }
    }

    @inline(__always)
    private func receive(data: UnsafeRawBufferPointer, now: NIODeadline) {
        guard let stamp = MessageStamp(in: data) else {
            self.loop.recorder.counts.stray += 1
            return
        }
        let isNew = self.loop.recorder.arrived(
            stamp,
            seen: &self.seen,
            session: self.number,
            isSlow: self.isSlow,
            now: now
        )
        if isNew { self.loop.delivered(to: self, now: now) }
    }
}
