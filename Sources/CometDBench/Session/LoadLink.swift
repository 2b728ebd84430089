import Foundation
import NIOCore

/// One connection of a session: a WebSocket, or requests over HTTP one after the other.
final class LoadLink: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case connecting
        /// The request for a WebSocket has been sent.
        case upgrading(HTTPAnswerReader)
        case frames(ServerFrameReader)
        case http(HTTPAnswerReader)
        case closed
    }

    private let session: LoadSession
    private let isWebSocket: Bool
    private var state = State.connecting
    private var context: ChannelHandlerContext?
    /// What is sent when the connection is there, or its last request answered.
    private var waiting: [ByteBuffer] = []
    /// Whether a request has been sent, or waits, that is not answered.
    private(set) var isBusy = false
    /// Whether the server will close the connection.
    private var isLast = false

    init(session: LoadSession, isWebSocket: Bool) {
        self.session = session
        self.isWebSocket = isWebSocket
    }

    /// Whether what is sent can arrive.
    var isUsable: Bool {
        if case .closed = self.state { false } else { !self.isLast }
    }

    private var loop: LoadLoop { self.session.loop }

    /// Sends a text, or keeps it until it can be sent.
    func send(_ text: ByteBuffer, cookie: String) {
        var bytes = ByteBuffer()
        if self.isWebSocket {
            bytes.writeClientFrame(.text, text)
        } else {
            bytes.reserveCapacity(text.readableBytes + self.loop.texts.postStart.readableBytes + cookie.utf8.count + 64)
            self.loop.texts.writePost(text, cookie: cookie, to: &bytes)
        }
        switch self.state {
        case .connecting, .upgrading: self.waiting.append(bytes)
        case .frames: self.write(bytes)
        case .http:
            if self.isBusy {
                self.waiting.append(bytes)
            } else {
                self.isBusy = true
                self.write(bytes)
            }
        case .closed: break
        }
    }

    /// Reads, or reads nothing for a while.
    func setReading(_ isReading: Bool) {
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
        if isReading { self.context?.read() }
    }

    /// Closes the connection; its session is told nothing.
    func close() {
        guard self.isUsable || self.isLast else { return }
        if case .frames = self.state {
            var bytes = ByteBuffer()
            bytes.writeClientFrame(.close, ByteBuffer(bytes: [0x03, 0xe8]))
            self.write(bytes)
        }
        self.state = .closed
        self.context?.close(promise: nil)
        self.context = nil
    }

    /// The connection could not be made.
    func failedToConnect(_ error: any Error) {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        self.finish("cannot connect to \(self.loop.plan.target.authority): \(reason)")
    }

    private func write(_ bytes: ByteBuffer) {
        self.loop.recorder.counts.bytesOut += bytes.readableBytes
        self.context?.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
    }

    private func finish(_ reason: String) {
        if case .closed = self.state { return }
        self.state = .closed
        self.context?.close(promise: nil)
        self.context = nil
        self.session.linkClosed(self, wasBusy: self.isBusy || !self.waiting.isEmpty, reason)
    }

    // MARK: ChannelInboundHandler

    func channelActive(context: ChannelHandlerContext) {
        guard case .connecting = self.state else { return context.close(promise: nil) }
        self.context = context
        if self.isWebSocket {
            self.state = .upgrading(HTTPAnswerReader())
            self.write(self.loop.texts.upgrade)
        } else {
            self.state = .http(HTTPAnswerReader())
            self.sendNext()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        let now = NIODeadline.now()
        self.loop.recorder.counts.bytesIn += bytes.readableBytes
        switch self.state {
        case .frames(var reader):
            // Taken out, so that the reader's buffers are nobody else's.
            self.state = .frames(ServerFrameReader())
            reader.append(bytes)
            self.read(&reader, now: now)
            if case .frames = self.state { self.state = .frames(reader) }
        case .http(var reader):
            self.state = .http(HTTPAnswerReader())
            reader.append(bytes)
            self.read(&reader, now: now)
            if case .http = self.state { self.state = .http(reader) }
        case .upgrading(var reader):
            reader.append(bytes)
            self.state = .upgrading(reader)
            self.readUpgrade(&reader, now: now)
        case .connecting, .closed: break
        }
        self.loop.chunkRead()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .http(var reader) = self.state, let answer = reader.end() {
            self.isLast = true
            self.take(answer, now: .now())
        }
        self.finish("the server closes the connection")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.finish("\(error)")
    }

    // MARK: Reading

    private func read(_ reader: inout ServerFrameReader, now: NIODeadline) {
        while let event = reader.next() {
            switch event {
            case .text(let text): self.session.receive(text, now: now)
            case .ping(let payload):
                var bytes = ByteBuffer()
                bytes.writeClientFrame(.pong, payload)
                self.write(bytes)
            case .close: self.finish("the server closes the WebSocket")
            case .failure: self.finish("what the server sends is no WebSocket frame")
            }
            guard case .frames = self.state else { return }
        }
    }

    private func read(_ reader: inout HTTPAnswerReader, now: NIODeadline) {
        while let event = reader.next() {
            switch event {
            case .answer(let answer): self.take(answer, now: now)
            case .failure: self.finish("what the server sends is no HTTP")
            }
            guard case .http = self.state else { return }
        }
    }

    private func take(_ answer: HTTPAnswerReader.Answer, now: NIODeadline) {
        self.isBusy = false
        if answer.isLast { self.isLast = true }
        guard answer.status == 200 else { return self.session.fail("the server answers with HTTP \(answer.status)") }
        self.session.take(cookies: answer.cookies)
        if answer.body.readableBytes > 0 { self.session.receive(answer.body, now: now) }
        if case .http = self.state { self.sendNext() }
    }

    /// Sends the next request when the last one has been answered.
    private func sendNext() {
        guard !self.isBusy, !self.waiting.isEmpty else { return }
        self.isBusy = true
        self.write(self.waiting.removeFirst())
    }

    private func readUpgrade(_ reader: inout HTTPAnswerReader, now: NIODeadline) {
        guard let event = reader.next() else {
            self.state = .upgrading(reader)
            return
        }
        guard case .answer(let answer) = event, answer.status == 101 else {
            if case .answer(let answer) = event {
                return self.session.fail("the server refuses a WebSocket with HTTP \(answer.status)")
            }
            return self.finish("what the server sends is no HTTP")
        }
        self.session.take(cookies: answer.cookies)
        var frames = ServerFrameReader()
        self.state = .frames(frames)
        for bytes in self.waiting { self.write(bytes) }
        self.waiting = []
        frames.append(reader.takeRest())
        self.read(&frames, now: now)
        if case .frames = self.state { self.state = .frames(frames) }
    }
}
