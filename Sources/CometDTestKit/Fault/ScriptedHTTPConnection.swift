import NIOCore
import Synchronization

/// One connection of a ``ScriptedHTTPServer``, confined to its event loop.
final class ScriptedHTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connections of a server share.
    final class Script: Sendable {
        private struct State {
            var requests: [ScriptedHTTPServer.Request] = []
            var connections: [ObjectIdentifier: any Channel] = [:]
            var isStopped = false
        }

        let answer: @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Answer
        let received = CountWatch()
        private let state = Mutex(State())

        init(answering answer: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Answer) {
            self.answer = answer
        }

        var requests: [ScriptedHTTPServer.Request] { self.state.withLock { $0.requests } }

        func keep(_ request: ScriptedHTTPServer.Request) {
            self.state.withLock { $0.requests.append(request) }
            self.received.increment()
        }

        /// - Returns: Whether the server still runs.
        func opened(_ channel: any Channel) -> Bool {
            self.state.withLock { state in
                if !state.isStopped { state.connections[ObjectIdentifier(channel)] = channel }
                return !state.isStopped
            }
        }

        func closed(_ channel: any Channel) {
            self.state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        }

        /// - Returns: The connections that are open.
        func stop() -> [any Channel] {
            self.state.withLock { state in
                state.isStopped = true
                return Array(state.connections.values)
            }
        }
    }

    private enum State {
        case reading(HTTPRequestReader)
        /// What comes is discarded.
        case deaf
    }

    private let script: Script
    private var state = State.reading(HTTPRequestReader())

    init(_ script: Script) { self.script = script }

    func channelActive(context: ChannelHandlerContext) {
        if !self.script.opened(context.channel) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.script.closed(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .reading(var reader) = self.state else { return }
        self.state = .deaf
        reader.append(self.unwrapInboundIn(data))
        do {
            while let request = try reader.next() {
                self.script.keep(request)
                guard self.perform(self.script.answer(request), of: request, context: context) else { return }
            }
            self.state = .reading(reader)
        } catch {
            context.close(promise: nil)
        }
    }

    /// - Returns: Whether the connection takes further requests.
    private func perform(
        _ answer: ScriptedHTTPServer.Answer,
        of request: ScriptedHTTPServer.Request,
        context: ChannelHandlerContext
    ) -> Bool {
        switch answer.kind {
        case .status(let code, let headers, let body):
            let isLast = Self.closes(request.headers) || Self.closes(headers)
            let sent = request.method == "HEAD" ? nil : body
            let text = Self.response(code, headers, body: sent, length: body.utf8.count)
            self.write(text, closes: isLast, context: context)
            return !isLast
        case .raw(let bytes):
            self.write(bytes, closes: true, context: context)
            return false
        case .hold:
            return false
        case .close:
            context.close(promise: nil)
            return false
        }
    }

    private func write(_ text: String, closes: Bool, context: ChannelHandlerContext) {
        let written = context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)))
        guard closes else { return }
        written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private static func response(_ code: Int, _ headers: [(String, String)], body: String?, length: Int) -> String {
        let names = headers.map { $0.0.lowercased() }
        let hasBody = code >= 200 && code != 204 && code != 304
        var lines = ["HTTP/1.1 \(code) Scripted"] + headers.map { "\($0.0): \($0.1)" }
        if hasBody, !names.contains("content-length"), !names.contains("transfer-encoding") {
            lines.append("Content-Length: \(length)")
        }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    private static func closes(_ headers: [(String, String)]) -> Bool {
        headers.contains { $0.0.lowercased() == "connection" && $0.1.lowercased().contains("close") }
    }
}
