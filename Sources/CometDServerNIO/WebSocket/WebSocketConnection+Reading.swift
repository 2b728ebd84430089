import Bayeux
import CometDServer
import NIOCore

// What the peer sends.
extension WebSocketConnection {
    /// Reads the frames that have been received, until reading must stop, and writes what they are answered with.
    func readFrames() {
        let scratch = WebSocketScratch.current
        self.isReading = true
        var inflatedBytes = 0
        while !self.isHoldingBack, let event = self.reader.next(scratch: &scratch.payload) {
            switch event {
            case .text(let text): self.receivedText(text, scratch)
            case .compressedText(let message):
                inflatedBytes += self.receivedCompressedText(message, scratch)
                if inflatedBytes > Self.mostInflated { self.pauseReading() }
            case .ping(let payload): self.receivedPing(payload, scratch)
            // CometD ignores messages of bytes.
            case .binary, .pong: break
            case .close(let code, _): self.receivedClose(code)
            case .failure(let closeCode): self.receivedFault(closeCode)
            }
        }
        self.isReading = false
        self.writeAnswers(scratch)
    }

    private func receivedPing(_ payload: ByteBuffer, _ scratch: WebSocketScratch) {
        guard case .open = self.state else { return }
        scratch.answers.writeWebSocketPong(payload)
        self.writeManyAnswers(scratch)
    }

    private func receivedClose(_ code: UInt16?) {
        switch self.state {
        case .open: self.answerClose(code)
        case .closing(let context, _): self.closeChannelWhenWritten(context)
        case .new, .ended: break
        }
    }

    private func receivedFault(_ closeCode: UInt16) {
        switch self.state {
        case .open: self.fail(closeCode)
        case .closing(let context, _): self.closeChannelWhenWritten(context)
        case .new, .ended: break
        }
    }

    @inline(__always)
    func receivedText(_ text: ByteBuffer, _ scratch: WebSocketScratch) {
        // Known race: a peer that has not seen our close frame sends on.
        guard case .open(_, let link) = self.state, text.readableBytes > 0 else { return }
        do throws(ScanError) {
            let shape = try BatchScanner.scan(text, limits: self.server.scanLimits, into: &scratch.envelopes)
            guard shape != .null, !scratch.envelopes.isEmpty else { return }
        } catch {
            switch error.reason {
            case .tooManyMessages: return self.fail(WebSocketCloseCode.messageTooBig)
            case .malformed, .invalidUnicode, .tooDeep, .notABatch:
                return self.fail(WebSocketCloseCode.invalidPayload)
            }
        }
        let batchesBefore = self.batchesInProcess
        self.batchesInProcess += 1
        self.server.receive(
            InboundBatch(
                bytes: text,
                envelopes: scratch.envelopes,
                connectionType: .webSocket,
                context: self.request
            ),
            link: link,
            session: self.session,
            on: self.eventLoop
        )
        let isInProcess = self.batchesInProcess > batchesBefore
        // When the engine keeps the envelopes, writing the next ones into them would copy these.
        if isInProcess || scratch.envelopes.count > WebSocketScratch.mostEnvelopes { scratch.envelopes = [] }
        if text.readableBytes > WebSocketScratch.mostPayload { scratch.payload = ByteBuffer() }
        if isInProcess, self.batchesInProcess > Self.mostBatches { self.isHoldingBack = true }
    }
}

// MARK: - Holding back

extension WebSocketConnection {
    /// Lets the event loop turn to its other connections before this one's next frame.
    private func pauseReading() {
        self.isHoldingBack = true
        self.resumeSoon()
    }

    /// Whether frames that were held back may be read now.
    private var mayResume: Bool {
        switch self.state {
        case .open(_, let link): link.isWritable && self.batchesInProcess <= Self.mostBatches / 2
        case .closing: true
        case .new, .ended: false
        }
    }

    /// Reads on soon, when that is possible: never at once, because the engine may be in the middle of something.
    func resumeSoon() {
        guard self.isHoldingBack, !self.isResuming, self.mayResume else { return }
        self.isResuming = true
        self.eventLoop.assumeIsolated().execute { self.resume() }
    }

    private func resume() {
        self.isResuming = false
        guard self.mayResume else { return }
        self.isHoldingBack = false
        self.readFrames()
        guard !self.isHoldingBack, self.isReadWithheld else { return }
        self.isReadWithheld = false
        switch self.state {
        case .open(let context, _), .closing(let context, _): context.read()
        case .new, .ended: break
        }
    }
}
